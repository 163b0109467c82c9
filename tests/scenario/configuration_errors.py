"""`serve` refuses what it cannot serve: exit code 1, and a message with the place, the cause and a remedy."""

import re
import socket

import pytest

from harness.command import wharf, write
from harness.server import BUILD, PLUGIN_PATH, configuration

BAD_PLUGINS = str(BUILD / "tests" / "plugins")
PLACE = r"routes\.yaml:\d+:\d+: "


def refused(directory, config, *expected, **options):
    """Serving it ends with 1 and says, with a place, what each pattern of `expected` wants to read."""
    write(directory, config)
    outcome = wharf("serve", "routes.yaml", directory=directory, **options)
    assert outcome.code == 1, outcome
    assert "serving" not in outcome.stdout
    for pattern in expected:
        assert re.search(pattern, outcome.stderr), f"{pattern!r} is not in:\n{outcome.stderr}"
    return outcome.stderr


def routes_to(consumer, plugin_path=None, **more):
    route = {"url": "^x$", "consumer": consumer, **more}
    return configuration(plugin_path=plugin_path or PLUGIN_PATH, routes=[route])


# --- The file.


def test_no_file(tmp_path):
    outcome = wharf("serve", "nowhere.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert "nowhere.yaml" in outcome.stderr


def test_a_directory(tmp_path):
    (tmp_path / "routes.yaml").mkdir()
    outcome = wharf("serve", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert "routes.yaml" in outcome.stderr


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "null\n"])
def test_an_empty_file(tmp_path, text):
    refused(tmp_path, text, r"routes\.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "routes: [\n",
        "routes:\n\t- url: x\n",
        "routes: {url: 'x}\n",
        "- a\n- b\n",
        "just a word\n",
        "routes: *nowhere\n",
        "\0\1\2",
        "a: b: c\n",
    ],
)
def test_what_is_no_configuration(tmp_path, text):
    refused(tmp_path, text, PLACE)


def test_bytes_that_are_no_utf8(tmp_path):
    (tmp_path / "routes.yaml").write_bytes(b"listen: \xff\xfe\n")
    outcome = wharf("serve", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert re.search(r"routes\.yaml", outcome.stderr)


def test_deep_nesting(tmp_path):
    refused(tmp_path, "routes: " + "[" * 100000, r"routes\.yaml")


def test_all_problems_at_once_with_places_and_near_spellings(tmp_path):
    text = f"""\
lisen: 127.0.0.1:0
workers: many
plugin_path: {PLUGIN_PATH}
limits: {{mesage: 1 MiB, outbox: 3 apples}}
routes:
  - url: ^message/?$
    consumer: mesage
    limit: {{}}
  - url: '('
    consumer: message
"""
    stderr = refused(
        tmp_path,
        text,
        r"routes\.yaml:1:1: .*lisen.*listen",
        r"routes\.yaml:2:10: ",
        r"routes\.yaml:4:10: .*mesage.*message",
        r"routes\.yaml:4:33: ",
        r"routes\.yaml:8:5: .*limit.*limits",
    )
    places = [tuple(map(int, place)) for place in re.findall(r"^routes\.yaml:(\d+):(\d+): ", stderr, re.M)]
    assert places == sorted(places)


def test_a_bad_pattern(tmp_path):
    refused(tmp_path, configuration(routes=[{"url": "(", "consumer": "message"}]), PLACE)
    refused(tmp_path, configuration(routes=[{"url": "a(?=b)", "consumer": "message"}]), PLACE + ".*look")
    refused(tmp_path, configuration(routes=[{"path": "<int:>", "consumer": "message"}]), PLACE)


# --- Plugins.


def test_no_such_plugin_names_the_nearest(tmp_path):
    refused(tmp_path, routes_to("mesage"), PLACE + ".*mesage", "message")


def test_a_plugin_path_that_is_not_there(tmp_path):
    refused(tmp_path, routes_to("message", ["/nowhere"]), PLACE, "/nowhere")


@pytest.mark.parametrize(
    "content",
    [b"", b"not a plugin", b"\x7fELF", b"\x7fELF\x01\x01\x01" + bytes(100), b"\x7fELF\x02\x01\x01" + bytes(200)],
    ids=["empty", "text", "cut_off", "32_bit", "zeros"],
)
def test_a_file_that_is_no_plugin(tmp_path, content):
    (tmp_path / "bad.so").write_bytes(content)
    refused(tmp_path, routes_to("bad", [str(tmp_path)]), PLACE, "bad")


def test_a_plugin_cut_in_half(tmp_path):
    whole = (BUILD / "plugins" / "message" / "message.so").read_bytes()
    for size in (64, 1000, len(whole) // 2, len(whole) - 100):
        (tmp_path / "message.so").write_bytes(whole[:size])
        refused(tmp_path, routes_to("message", [str(tmp_path)]), PLACE, "message")


@pytest.mark.parametrize(
    "plugin, expected",
    [
        ("create_hangs", "time|second|hang"),
        ("create_null", "NULL|refuse"),
        ("create_refuses", "room"),
        ("wrong_major", "ABI"),
        ("wrong_magic", "magic|not a wharf|consumer"),
        ("no_entry", "wharf_consumer_entry"),
        ("missing_symbol", "symbol"),
        ("small_size", "size|small|short"),
        ("no_create", "create"),
    ],
)
def test_a_bad_plugin(tmp_path, plugin, expected):
    refused(tmp_path, routes_to(plugin, [BAD_PLUGINS]), PLACE, expected)


def test_a_create_that_crashes_takes_nobody_down(tmp_path):
    # Under a sanitizer a crash is an exit with a report.
    config = routes_to("create_crashes", [BAD_PLUGINS])
    refused(tmp_path, config, PLACE + ".*create_crashes.*(crashed|ended the process) in `create`", crash_provoked=True)


def test_a_constructor_that_crashes_takes_nobody_down(tmp_path):
    write(tmp_path, routes_to("constructor_crashes", [BAD_PLUGINS]))
    outcome = wharf("check", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert re.search(PLACE, outcome.stderr)


def test_a_refusal_points_at_the_key_of_the_config(tmp_path):
    text = f"""\
listen: 127.0.0.1:0
plugin_path: {PLUGIN_PATH}
routes:
  - url: ^x$
    consumer: probe
    config:
      refuse: not today
"""
    refused(tmp_path, text, r"routes\.yaml:7:\d+: .*not today")


def test_a_config_that_makes_create_throw(tmp_path):
    refused(tmp_path, routes_to("probe", config={"throw": "no good"}), PLACE + ".*no good")


# --- Addresses.


def test_a_port_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        config = configuration(listen=f"127.0.0.1:{port}", routes=[{"url": "^x$", "consumer": "message"}])
        refused(tmp_path, config, rf"routes\.yaml:1:\d+: .*127\.0\.0\.1:{port}.*in use")


def test_a_port_in_use_by_another_server(tmp_path, serve):
    first = serve(configuration(routes=[{"url": "^x$", "consumer": "message"}]))
    host, port = first.address
    config = configuration(listen=f"{host}:{port}", routes=[{"url": "^x$", "consumer": "message"}])
    refused(tmp_path, config, "in use")


def test_addresses_that_are_not_of_this_machine(tmp_path):
    config = configuration(listen="192.0.2.1:8000", routes=[{"url": "^x$", "consumer": "message"}])
    refused(tmp_path, config, PLACE + ".*192.0.2.1")


def test_a_unix_socket_in_a_directory_that_is_not_there(tmp_path):
    config = configuration(listen="unix:/nowhere/wharf.sock", routes=[{"url": "^x$", "consumer": "message"}])
    refused(tmp_path, config, PLACE + ".*nowhere")


def test_a_file_where_a_unix_socket_should_be_is_left_alone(tmp_path):
    file = tmp_path / "precious"
    file.write_text("precious")
    config = configuration(listen=f"unix:{file}", routes=[{"url": "^x$", "consumer": "message"}])
    refused(tmp_path, config, PLACE)
    assert file.read_text() == "precious"


def test_pages_that_are_not_there(tmp_path):
    config = configuration(static={"/": "/nowhere"}, routes=[{"url": "^x$", "consumer": "message"}])
    refused(tmp_path, config, PLACE + ".*nowhere")

"""Consumers and routes come, change and go while the server runs, and no socket notices that it does not concern."""

import signal

import pytest

from harness import frame
from harness.deadline import wait_until
from harness.probe import ECHO, ask, probe_configuration
from harness.server import PLUGIN_PATH
from harness.site import CONSUMERS, Site

@pytest.fixture
def site(serve, tmp_path):
    return Site(serve, tmp_path)


def test_a_consumer_is_added(site):
    old = site.server.open(ECHO)
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer")
    site.wait_for_answer("one")
    assert ask(old, "still here") == "still here"


def test_its_code_is_changed(site):
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer")
    site.wait_for_answer("one")
    old = site.server.open("/answer")
    site.put_plugin("two")
    site.wait_for_answer("two")
    # Who began with the old code stays with it.
    assert ask(old, "?") == "one"


def test_a_route_goes(site):
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer")
    site.wait_for_answer("one")
    old = site.server.open("/answer")
    site.write(routes=site.config["routes"][:-1])
    site.wait_for_answer(404)
    assert ask(old, "?") == "one"


@pytest.mark.parametrize("drain", ["now", "1 s"])
def test_drain_lets_connections_go(site, drain):
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer", drain=drain)
    site.wait_for_answer("one")
    leaving = [site.server.open("/answer") for _ in range(10)]
    staying = site.server.open(ECHO)
    site.put_plugin("two")
    for client in leaving:
        assert client.close_status()[0] == 1012
    assert ask(staying, "still here") == "still here"
    assert site.answer() == "two"


def test_an_unchanged_route_keeps_its_instance(site):
    client = site.server.open(ECHO)
    created = site.server.journal().count("create")
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer")
    site.wait_for_answer("one")
    assert ask(client, "hi") == "hi"
    assert site.server.journal().count("create") == created


def test_new_limits_are_for_new_connections(site):
    old = site.server.open(ECHO)
    first, *rest = site.config["routes"]
    site.write(routes=[{**first, "limits": {"message": "10 B"}}, *rest])
    site.server.wait_for_log("taken up: .*limits")
    assert ask(old, "x" * 100) == "x" * 100
    new = site.server.open(ECHO)
    new.say("x" * 100)
    assert new.close_status()[0] == 1009


def test_the_old_instance_ends_with_its_last_connection(site):
    client = site.server.open(ECHO)
    first, *rest = site.config["routes"]
    site.write(routes=[{**first, "config": {**first["config"], "note": "another"}}, *rest])
    site.server.wait_for_log("taken up: .*config")
    assert ask(client, "hi") == "hi"
    # Two routes on two workers, and the one that is waited for.
    wait_until(lambda: site.living() == 4 + 1, "the old instance without a connection is destroyed")
    client.send(frame.close(1000))
    wait_until(lambda: site.living() == 4, "the other one goes with its last connection")


@pytest.mark.parametrize(
    "routes, expected",
    [
        ("not: [a list", "routes.yaml"),
        ([{"url": "^x$", "consumer": "nowhere"}], "no nowhere.so"),
        ([{"url": "^x(", "consumer": "probe"}], r"\^x\("),
        ([{"url": "^x$", "consumer": "probe", "config": {"refuse": "not today"}}], "not today"),
    ],
)
def test_what_is_wrong_changes_nothing(site, routes, expected):
    client = site.server.open(ECHO)
    if isinstance(routes, str):
        site.server.file.write_text(routes, encoding="utf-8")
    else:
        site.write(routes=routes)
    site.server.wait_for_log(f"not taken up: .*routes.yaml.*{expected}" if expected != "routes.yaml" else "not taken up: ")
    assert ask(client, "still here") == "still here"
    assert ask(site.server.open(ECHO), "and new ones") == "and new ones"


def test_a_plugin_with_another_hash_is_refused(site):
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer", sha256="0" * 64)
    site.server.wait_for_log("not taken up: .*its SHA-256 is [0-9a-f]{64}, and the route takes only 0{64}")
    assert site.answer() == 404


def test_what_only_a_start_can_change_is_said(site):
    site.server.allow("taken up at the next start")
    site.write(workers=3, routes=site.config["routes"][::-1])
    site.server.wait_for_log("`workers` has changed: that is taken up at the next start")
    site.server.wait_for_log("taken up: ~ the order of the routes")


def test_sighup_looks_again(site):
    site.put_plugin("one")
    site.add_route(url="^answer$", consumer="answer")
    site.wait_for_answer("one")
    site.server.process.send_signal(signal.SIGHUP)
    assert ask(site.server.open(ECHO), "hi") == "hi"


def test_a_drop_in(serve, tmp_path):
    server = serve(probe_configuration(include="routes.d/*.yaml", plugin_path=[str(CONSUMERS), *PLUGIN_PATH]))
    server.allow("calls itself")
    client = server.open(ECHO)
    # The directory is not there yet.
    directory = server.directory / "routes.d"
    directory.mkdir()
    (directory / "answer.yaml").write_text("routes:\n  - {url: ^answer$, consumer: answer_one}\n", encoding="utf-8")
    server.wait_for_log("taken up: \\+ url \\^answer\\$")
    assert ask(server.open("/answer"), "?") == "one"
    assert ask(client, "hi") == "hi"

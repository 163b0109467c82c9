"""What is wrong is refused in one line, which says where, why and what to do; nothing else changes, and what is
right is taken up afterwards."""

import os
import shutil
import struct

import pytest

from harness.command import environment, wharf
from harness.deadline import wait_until
from harness.probe import ECHO, ask
from harness.server import BUILD
from harness.site import CONSUMERS, Undisturbed

BAD_PLUGINS = BUILD / "tests" / "plugins"
PLUGIN = r"/routes\.yaml:\d+:\d+: plugin `answer` \(\S*/plugins/answer\.so\): "
CONSUMER = r"/routes\.yaml:\d+:\d+: consumer `answer` refuses this route"
ANOTHER_MACHINE = "it was built for another machine: build it for this one$"
NOT_WHOLE = "it is empty or cut off: copy it again$"
NO_FILE = "it is not a regular file: put the shared object itself there$"


@pytest.fixture
def site(serve, tmp_path, monkeypatch):
    for name, value in environment().items():
        monkeypatch.setenv(name, value)  # a plugin that crashes ends by the signal
    site = Undisturbed(serve, tmp_path)
    site.server.allow("calls itself")
    yield site
    site.check()


def refuse(site, expected):
    """What is on disk is refused, and what was served is served."""
    site.wait_for_refusal(expected)
    site.check()
    assert site.answer() == "one"


def accept(site):
    """What is right now is taken up, and what was wrong before was said once."""
    site.wait_for_answer("two")
    assert len(site.refusals()) == 1, site.refusals()


def replace_plugin(site, content=None, mode=0o644, owner=-1):
    """Other content, or the second version, in the place of what is there, in one step."""
    new = site.plugins / "answer.new"
    new.write_bytes((CONSUMERS / "answer_two.so").read_bytes() if content is None else content)
    os.chown(new, owner, -1)
    new.chmod(mode)
    os.replace(new, site.plugins / "answer.so")


# --- Files that are no plugins.


def patched(offset, value):
    content = bytearray((CONSUMERS / "answer_two.so").read_bytes())
    content[offset : offset + len(value)] = value
    return bytes(content)


@pytest.mark.parametrize(
    "content, expected",
    [
        (lambda: patched(18, struct.pack("<H", 22)), ANOTHER_MACHINE),  # e_machine: S/390
        (lambda: patched(4, b"\x01"), ANOTHER_MACHINE),  # 32 bits
        (lambda: patched(5, b"\x02"), ANOTHER_MACHINE),  # big endian
        (lambda: b"#!/bin/sh\nexit 0\n", "it is not an ELF file: give the shared object that the compiler wrote$"),
        (lambda: b"", NOT_WHOLE),
        (lambda: b"\x7fELF", NOT_WHOLE),
        (lambda: patched(0, b"")[:5000], NOT_WHOLE),
        (lambda: patched(0, b"")[:-1], NOT_WHOLE),
    ],
    ids=["machine", "32_bit", "big_endian", "script", "empty", "four_bytes", "half", "one_byte_short"],
)
def test_a_file_that_is_no_plugin(site, content, expected):
    replace_plugin(site, content())
    refuse(site, PLUGIN + expected)
    replace_plugin(site)
    accept(site)


@pytest.mark.parametrize(
    "make, expected",
    [
        (os.mkdir, NO_FILE),
        (os.mkfifo, NO_FILE),
        (lambda file: file.symlink_to("nothing"), "it cannot be opened: .*: put the plugin there, or mend the link$"),
    ],
    ids=["directory", "fifo", "dangling_link"],
)
def test_a_name_that_is_no_file(site, make, expected):
    file = site.plugins / "new.so"
    make(file)
    site.add_route(url="^new$", consumer="new")
    refuse(site, PLUGIN.replace("answer", "new") + expected)
    assert len(site.refusals()) == 1, site.refusals()
    # In the two steps that this takes it may be caught between them.
    file.rmdir() if file.is_dir() else file.unlink()
    shutil.copyfile(CONSUMERS / "answer_two.so", file)
    site.wait_for_answer("two", "/new")


# --- Plugins that are no good.


@pytest.mark.parametrize(
    "plugin, expected",
    [
        ("wrong_major", PLUGIN + "it was built for ABI 2, and this wharf runs ABI 1: build it against"),
        ("no_entry", PLUGIN + "it exports no `wharf_consumer_entry`: it is no wharf plugin, or .* hidden$"),
        ("missing_symbol", PLUGIN + "it cannot be loaded: undefined symbol: nobody_has_this: link what it needs"),
        ("constructor_crashes", PLUGIN + "it crashed in its constructors: SIGABRT: mend it, or put back"),
        ("constructor_hangs", PLUGIN + "it hung in its constructors, for more than 5000ms: mend it, or put back"),
        ("create_crashes", CONSUMER + ": it crashed in `create`: SIGSEGV: mend it, or put back"),
        ("create_hangs", CONSUMER + ": it hung in `create`, for more than 5000ms: mend it, or put back"),
        ("create_exits", CONSUMER + ": it ended the process in `create`: exit code 7: mend it, or put back"),
        ("create_refuses", CONSUMER + ": must be the name of a room$"),
        ("only_one", CONSUMER + " on worker 1: another instance has the lock$"),
    ],
    ids=lambda value: value if value.isidentifier() else "",
)
def test_a_bad_plugin(site, plugin, expected):
    replace_plugin(site, (BAD_PLUGINS / f"{plugin}.so").read_bytes())
    refuse(site, expected)
    replace_plugin(site)
    accept(site)


def test_nobody_waits_for_a_plugin_that_hangs(site):
    """Its trial takes five seconds; connections come and are answered meanwhile."""
    replace_plugin(site, (BAD_PLUGINS / "create_hangs.so").read_bytes())
    wait_until(lambda: children(site.server), "it is tried in a process of its own")
    for _ in range(10):
        site.check()
        assert ask(site.server.open(ECHO), "come in") == "come in"
    assert children(site.server) and not site.refusals()
    refuse(site, "it hung in `create`")


def children(server):
    main_thread = server.proc / "task" / str(server.process.pid)
    return (main_thread / "children").read_text(encoding="ascii").split()


# --- Rights.


@pytest.mark.parametrize(
    "mode, expected",
    [
        (0o664, "its group may write to it: take that right away with chmod g-w$"),
        (0o646, "everybody may write to it: take that right away with chmod o-w$"),
    ],
    ids=["group", "others"],
)
def test_a_file_that_others_may_write_to(site, mode, expected):
    replace_plugin(site, mode=mode)
    refuse(site, PLUGIN + expected)
    (site.plugins / "answer.so").chmod(0o644)
    site.wait_for_answer("two")
    assert len(site.refusals()) == 1, site.refusals()


def test_a_directory_that_others_may_write_to(site):
    site.plugins.chmod(0o777)
    refuse(site, PLUGIN + r"others may write to \S*/plugins, where it is: take that right away with chmod go-w$")
    replace_plugin(site)
    site.plugins.chmod(0o755)
    accept(site)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else(site):
    replace_plugin(site, owner=12345)
    refuse(site, PLUGIN + "it belongs to user 12345, who is neither root nor the user .*: change that with chown$")
    os.chown(site.plugins / "answer.so", 0, -1)
    accept(site)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories away")
def test_a_directory_of_somebody_else(site):
    os.chown(site.plugins, 12345, -1)
    refuse(site, PLUGIN + r"\S*/plugins, where it is, belongs to user 12345, .*: change that with chown$")
    replace_plugin(site)
    os.chown(site.plugins, 0, -1)
    accept(site)


# --- Halves.


def test_a_plugin_that_is_written_slowly(serve, tmp_path):
    site = Undisturbed(serve, tmp_path, admin=f"unix:{tmp_path}/a")
    content = (CONSUMERS / "answer_two.so").read_bytes()
    size = len(content) // 4
    with open(site.plugins / "answer.so", "wb", buffering=0) as file:
        for begin in range(0, 3 * size, size):
            file.write(content[begin : begin + size])
            refuse(site, PLUGIN + NOT_WHOLE)
            # However often it looks, it says so once.
            assert wharf("reload", "routes.yaml", directory=site.server.directory).code == 1
        file.write(content[3 * size :])
    accept(site)
    site.check()


def test_routes_that_are_written_slowly(site):
    old = site.server.file.read_text(encoding="utf-8")
    new = old + "- url: ^new$\n  consumer: answer\n"
    half = new.index("consumer: answer")
    with open(site.server.file, "r+", encoding="utf-8") as file:
        file.truncate(half)
        refuse(site, r"/routes\.yaml:\d+:\d+: .*consumer")
        file.seek(half)
        file.write(new[half:])
    site.wait_for_answer("one", "/new")
    replace_plugin(site)
    accept(site)


def test_a_syntax_error(site):
    good = site.server.file.read_text(encoding="utf-8")
    site.write_text(good + "- {url: ^new$, consumer: answer\n")
    refuse(site, r"/routes\.yaml:\d+:\d+: ")
    site.write_text(good)
    replace_plugin(site)
    accept(site)

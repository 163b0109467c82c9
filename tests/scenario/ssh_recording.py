"""What was seen, as asciicast v2: whole characters in their order, nothing that was typed, and nobody else's to read."""

import asyncio
import json
import re
import stat

import psutil
import pytest

from harness.deadline import wait_until
from harness.sshd import PROMPT, User
from harness.terminal import plain, shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]

WANT = {"record": True}


class Cast:
    """A recording that has ended, read strictly."""

    def __init__(self, *files):
        self.headers, self.events = [], []
        for file in files:
            first, *lines = file.read_bytes().decode("utf-8").split("\n")
            assert lines.pop() == "", "the last line has no end"
            self.headers.append(json.loads(first))
            assert self.headers[-1]["version"] == 2
            events = [json.loads(line) for line in lines]
            times = [time for time, _, _ in events]
            assert times == sorted(times) and all(time >= 0 for time in times)
            self.events += events

    def of(self, kind: str) -> list:
        return [data for _, found, data in self.events if found == kind]

    @property
    def shown(self) -> str:
        return "".join(self.of("o"))


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "casts"
    path.mkdir()
    return path


@pytest.fixture
def serve_recorded(serve_terminal, directory):
    """serve_recorded(sshd, recording={…}, **config)"""

    def start(sshd, recording=None, **config):
        return serve_terminal(sshd, recording={"dir": str(directory), **(recording or {})}, **config)

    return start


def ended(server, directory, count: int = 1) -> list:
    """The files, the oldest first, as soon as there are so many and the server writes none of them any more."""

    def files():
        found = sorted(directory.glob("*.cast"), key=lambda file: (file.stat().st_mtime_ns, file.name))
        written = {file.path for file in psutil.Process(server.process.pid).open_files()}
        return found if len(found) == count and not written & {str(file) for file in found} else None

    return wait_until(files, f"{count} recordings, not {sorted(directory.iterdir())}")


async def end(page):
    """Of the shell, and so of its recording."""
    await page.type("exit\r")
    await page.message("exit")
    assert await page.close_code() == 1000


async def test_it_is_what_was_seen(start_sshd, serve_recorded, directory):
    server = serve_recorded(start_sshd())
    async with shell(server, cols=100, rows=30, want=WANT) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("printf '\\344\\275'; sleep 0.1; printf '\\240\\345\\245\\275\\n'; seq 2000\r")
        await page.expect("1999\r\n2000\r\n")
        await page.say("resize", cols=90, rows=25)
        await page.type("stty size\r")
        await page.expect("25 90\r\n")
        await end(page)
    (file,) = ended(server, directory)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    cast = Cast(file)
    header = cast.headers[0]
    assert (header["width"], header["height"]) == (100, 30) and header["timestamp"] > 1.5e9
    assert header["env"]["TERM"] == "xterm-256color"
    assert cast.shown == page.received.decode("utf-8")
    assert "你好\r\n" in cast.shown
    assert cast.of("r") == ["90x25"] and not cast.of("i")


async def test_the_page_knows(start_sshd, serve_recorded):
    server = serve_recorded(start_sshd())
    for want in (WANT, {}):
        async with terminal(server) as page:
            await page.connect(want=want)
            assert "record" in page.hello["features"]
            assert (await page.ready())["recorded"] is bool(want)


async def test_only_whoever_asks(start_sshd, serve_recorded, directory):
    server = serve_recorded(start_sshd())
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await end(page)
    assert not list(directory.iterdir())


async def test_whoever_comes(start_sshd, serve_recorded, directory):
    """In plain mode, too."""
    server = serve_recorded(start_sshd(), {"required": True})
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await end(page)
    ended(server, directory)
    async with plain(server) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("exit\r")
        await page.close_code()
    ended(server, directory, 2)


async def test_input_when_the_route_says_so(start_sshd, serve_recorded, directory):
    server = serve_recorded(start_sshd(), {"input": True})
    server.allow("recording|input")
    async with shell(server, want=WANT) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("echo 你好\r")
        await page.expect("你好\r\n")
        await end(page)
    assert "".join(Cast(*ended(server, directory)).of("i")) == "echo 你好\rexit\r"


async def test_no_credential_is_in_it(start_sshd, serve_recorded, directory):
    """Even when input is recorded: what is asked before the terminal is there is none."""
    sshd = start_sshd(User(password="tell-nobody-8c1f"))
    server = serve_recorded(sshd, {"input": True, "required": True}, auth={"methods": ["password"]})
    server.allow("recording|input")
    async with plain(server) as page:
        await page.expect("(?i)password: $")
        await page.type("tell-nobody-8c1f\r")
        await page.expect(re.escape(PROMPT))
        await page.type("exit\r")
        await page.close_code()
    (file,) = ended(server, directory)
    assert "tell-nobody" not in file.read_text(encoding="utf-8")
    assert "exit" in "".join(Cast(file).of("i"))


async def test_it_goes_on_with_the_session(start_sshd, serve_recorded, directory):
    """A page that comes back is in the same recording, and what it missed is there as well."""
    server = serve_recorded(start_sshd())
    async with shell(server, want=WANT) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("sleep 0.3; echo mis''sed\r")
        await page.expect("sed\r\n")
        page.drop()
        await page.close_code()
    async with terminal(server) as back:
        assert (await back.resume(page))["recorded"] is True
        await back.expect("missed\r\n")
        await end(back)
    assert "missed\r\n" in Cast(*ended(server, directory)).shown


async def test_sizes(start_sshd, serve_recorded, directory):
    """One file after the other, each complete by itself, and together all of it."""
    server = serve_recorded(start_sshd(), {"max_size": "64 KiB"})
    async with shell(server, want=WANT) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("seq 30000\r")
        await page.expect("30000\r\n", within=20)
        await end(page)
    server.terminate()
    server.wait()
    files = sorted(directory.iterdir(), key=lambda file: int((re.search(r"\.(\d+)\.cast$", file.name) or [0, 1])[1]))
    assert len(files) > 2 and all(file.stat().st_size <= 64 << 10 for file in files)
    assert Cast(*files).shown == page.received.decode("utf-8")


async def test_a_lot_is_not_lost(start_sshd, serve_recorded, directory):
    server = serve_recorded(start_sshd(), {"required": True})
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("seq 500000; echo en''d\r")
        await page.expect("end\r\n", within=45)
        await end(page)
    shown = Cast(*await asyncio.to_thread(ended, server, directory)).shown
    assert shown == page.received.decode("utf-8")


# --- When it cannot be written.


async def test_a_directory_that_is_not_there(start_sshd, serve_terminal, tmp_path):
    """Required: no terminal without it. Otherwise the visitor is told that there is none."""
    for required in (True, False):
        recording = {"dir": str(tmp_path / "gone"), "required": required}
        (tmp_path / "gone").mkdir()
        server = serve_terminal(start_sshd(), recording=recording)
        server.allow("paramiko|recording")
        (tmp_path / "gone").rmdir()
        async with terminal(server) as page:
            await page.connect(want=WANT)
            if required:
                await page.fails("E_INTERNAL", "E_LIMIT", "E_POLICY")
            else:
                await page.ready()
                await page.expect(re.escape(PROMPT))


async def test_names_do_not_collide(start_sshd, serve_recorded, directory):
    server = serve_recorded(start_sshd(), {"required": True})
    async with shell(server, user="../../etc/x") as one, shell(server, user="a/b\0".replace("\0", "")) as two:
        for page in (one, two):
            await page.expect(re.escape(PROMPT))
            await end(page)
    for file in ended(server, directory, 2):
        assert file.parent == directory

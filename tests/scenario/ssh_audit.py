"""Who was where, and when: a line for each event, in a file of the operator's or in the server's log."""

import asyncio
import json
import re
import stat

import pytest

from harness.deadline import wait_until
from harness.sshd import PROMPT, User
from harness.terminal import shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]


@pytest.fixture
def log(tmp_path):
    directory = tmp_path / "audit"
    directory.mkdir()
    return directory / "terminals.log"


def lines_of(*files) -> list:
    """Every line of them is one object."""
    return [json.loads(line) for file in files if file.exists() for line in file.read_text(encoding="ascii").splitlines()]


def heard(event: str, *files, count: int = 1) -> list:
    """All lines, as soon as so many tell of `event`."""

    def lines():
        found = lines_of(*files)
        return found if sum(line["event"] == event for line in found) >= count else None

    return wait_until(lines, f"{count} of {event}")


async def visit(server, **fields):
    async with shell(server, **fields) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("exit 3\r")
        await page.message("exit")
        await page.close_code()


async def test_a_session(start_sshd, serve_terminal, log):
    sshd = start_sshd()
    server = serve_terminal(sshd, audit={"log": str(log)})
    async with shell(server, user="alice") as page:
        await page.expect(re.escape(PROMPT))
        await page.say("resize", cols=90, rows=25)
        page.drop()
        await page.close_code()
    heard("detach", log)  # the server has seen it go
    async with terminal(server, user="alice") as back:
        await back.resume(page)
        await back.type("exit 3\r")
        await back.message("exit")
    lines = heard("end", log)
    events = [line["event"] for line in lines]
    assert events == ["connect", "hostkey", "auth", "resize", "detach", "resume", "resize", "exit", "end"]
    assert {line["terminal"] for line in lines} == {page.id}
    assert {(line["visitor"], line["from"]) for line in lines} == {("alice", "127.0.0.1")}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)
    said = dict(zip(events, lines))
    assert (said["connect"]["host"], said["connect"]["port"]) == ("127.0.0.1", sshd.port)
    assert said["connect"]["user"] == sshd.user.name
    assert said["hostkey"]["fp"].startswith("SHA256:")
    assert said["auth"]["ok"] is True
    assert said["exit"]["status"] == 3
    assert said["end"]["bytes"] == back.position and said["end"]["ms"] >= 0
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert '"event"' not in server.log()


async def test_a_login_that_fails(start_sshd, serve_terminal, log):
    sshd = start_sshd(User(password="right"))
    server = serve_terminal(sshd, auth={"methods": ["password"], "max_attempts": 2}, audit={"log": str(log)})
    async with terminal(server) as page:
        await page.connect()
        for _ in range(2):
            await page.question()
            await page.authenticate("password", password="tell-nobody-51ab")
        await page.fails("E_AUTH")
    lines = heard("end", log)
    assert [line["ok"] for line in lines if line["event"] == "auth"][:1] == [False]
    assert [line["code"] for line in lines if line["event"] == "failed"] == ["E_AUTH"]
    assert "tell-nobody" not in log.read_text(encoding="ascii")


async def test_only_what_the_route_wants(start_sshd, serve_terminal, log):
    server = serve_terminal(start_sshd(), audit={"log": str(log), "events": ["exit"]})
    await visit(server)
    assert [line["event"] for line in heard("exit", log)] == ["exit"]


async def test_the_log_of_the_server(start_sshd, serve_terminal):
    """Where no file is named."""
    server = serve_terminal(start_sshd())
    await visit(server)
    (line,) = set(re.findall(r"audit (\{.*\"event\":\"exit\".*\})", server.wait_for_log("audit .*exit.*").string))
    assert json.loads(line)["status"] == 3


async def test_a_name_is_no_line(start_sshd, serve_terminal, log):
    """Nobody gets an event of his own into the file by what he calls himself."""
    name = 'x","event":"exit","status":0}  {"event":"exit" é‮'
    server = serve_terminal(start_sshd(), target={"host": "127.0.0.1", "port": 1}, audit={"log": str(log)})
    async with terminal(server) as page:
        await page.connect(user=name)
        await page.fails("E_REFUSED")
    lines = heard("end", log)
    assert [line["event"] for line in lines] == ["connect", "failed", "end"]
    assert lines[0]["user"] == name


async def test_many_at_once(start_sshd, serve_terminal, log):
    """From several workers, each line by itself."""
    server = serve_terminal(start_sshd(), audit={"log": str(log)}, settings={"workers": 3})
    await asyncio.gather(*(visit(server) for _ in range(15)))
    lines = await asyncio.to_thread(heard, "end", log, count=15)
    assert len({line["terminal"] for line in lines}) == 15
    assert sum(line["event"] == "connect" for line in lines) == 15


async def test_the_file_is_moved_away(start_sshd, serve_terminal, log):
    """By logrotate: the next line begins another, and none is lost."""
    server = serve_terminal(start_sshd(), audit={"log": str(log)})
    await visit(server)
    heard("end", log)
    old = log.rename(log.with_suffix(".1"))
    before = old.read_bytes()
    await visit(server)
    heard("end", log)
    assert old.read_bytes() == before
    assert [line["event"] for line in lines_of(old)] == [line["event"] for line in lines_of(log)]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


async def test_it_cannot_be_written_for_a_while(start_sshd, serve_terminal, log):
    """That is said once, holds nobody up, and what waited is there afterwards."""
    server = serve_terminal(start_sshd(), audit={"log": str(log)})
    server.allow("audit lines")
    away = log.parent.rename(log.parent.with_name("away"))
    await visit(server)
    await visit(server)
    server.wait_for_log(f"cannot open {re.escape(str(log))}: No such file or directory; audit lines wait")
    away.rename(log.parent)
    log.unlink()
    await visit(server)
    assert sum(line["event"] == "connect" for line in heard("end", log, count=3)) == 3
    server.wait_for_log("audit lines are written to .* again")
    assert len(re.findall("audit lines wait", server.log())) == 1


async def test_the_last_lines(start_sshd, serve_terminal, log):
    """Those of sessions that the end of the server ends."""
    server = serve_terminal(start_sshd(), audit={"log": str(log)}, settings={"workers": 3})
    async with shell(server), shell(server), shell(server):
        server.terminate()
        server.wait()
    assert sum(line["event"] == "end" for line in lines_of(log)) == 3


@pytest.mark.parametrize("place", ["missing/file", "."])
def test_no_such_file(start_sshd, serve_terminal, log, place):
    """Is found before anybody connects."""
    with pytest.raises(AssertionError, match=r"routes\.yaml:\d+:\d+: .*name a file that the server may write"):
        serve_terminal(start_sshd(), audit={"log": str(log.parent / place)})

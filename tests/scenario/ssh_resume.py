"""A socket that is gone is no shell that is gone: the page comes back and goes on at the very byte."""

import asyncio
import random
import re

import pytest

from harness.deadline import wait_until
from harness.sshd import PROMPT, written
from harness.terminal import shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]

COUNT = "i=0; while :; do echo $i; i=$((i+1)); done"
# Slow enough that all of it fits what is kept while nobody is there.
TICK = "stty -echo; i=0; while :; do echo $i; i=$((i+1)); sleep 0.01; done"


def counted(size: int) -> bytes:
    """The first bytes of what COUNT and TICK say."""
    lines, length, number = [], 0, 0
    while length < size:
        lines.append(b"%d\r\n" % number)
        length += len(lines[-1])
        number += 1
    return b"".join(lines)[:size]


class Transcript:
    """All output of one session, whichever socket brought it."""

    def __init__(self):
        self.bytes = bytearray()

    def add(self, page):
        """What `page` has received. Bytes that come twice are the same, and none is missing."""
        begin = page.position - len(page.received)
        assert begin <= len(self.bytes), f"bytes {len(self.bytes)} to {begin} are missing"
        again = self.bytes[begin : begin + len(page.received)]
        assert again == page.received[: len(again)], f"bytes from {begin} on are others than before"
        self.bytes += page.received[len(again) :]


def truncated(page) -> bool:
    return any(message["t"] == "replay" and message["truncated"] for message in page.messages)


async def drop(page):
    page.drop()
    await page.close_code()


@pytest.mark.parametrize("command", [TICK, COUNT], ids=["slow", "fast"])
async def test_byte_exact(start_sshd, serve_terminal, command):
    """Again and again, on whichever worker the socket arrives."""
    server = serve_terminal(start_sshd(user={"command": command}), settings={"workers": 3})
    transcript = Transcript()
    async with shell(server) as page:
        await page.read_for(0.3)
        await drop(page)
        transcript.add(page)
        last = page
    source = random.Random(5)
    for _ in range(12):
        async with terminal(server) as page:
            # What was read and not acknowledged, or not even looked at, comes again.
            got = source.randint(max(last.acknowledged, last.position - 50000), last.position)
            await page.resume(last, got)
            assert not truncated(page)
            await page.read_for(source.uniform(0.02, 0.3))
            await drop(page)
            transcript.add(page)
            last = page
    assert len(transcript.bytes) > 300
    assert transcript.bytes == counted(len(transcript.bytes))


async def test_what_is_typed_after_a_return(start_sshd, serve_terminal):
    sshd = start_sshd()
    server = serve_terminal(sshd)
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("x=kept\r")
        await page.expect(re.escape(PROMPT))
        await drop(page)
    async with terminal(server) as back:
        await back.resume(page)
        await back.type("echo $x; stty size\r")
        await back.expect("kept\r\n24 80\r\n")
    assert len(re.findall("Accepted publickey", sshd.log())) == 1


async def test_another_size(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await drop(page)
    async with terminal(server) as back:
        resume = {"id": page.id, "token": page.token, "got": page.position}
        await back.connect(resume=resume, cols=111, rows=33)
        await back.ready()
        await back.type("stty size\r")
        await back.expect("33 111\r\n")


async def test_detach(start_sshd, serve_terminal):
    """The page goes on purpose, and the shell stays."""
    server = serve_terminal(start_sshd())
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("x=kept\r")
        await page.expect(re.escape(PROMPT))
        await page.say("detach")
        assert await page.close_code() == 1000
    async with terminal(server) as back:
        await back.resume(page)
        await back.type("echo $x\r")
        await back.expect("kept\r\n")


async def test_close_is_for_good(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "sleep 300"})
    server = serve_terminal(sshd)
    server.allow("paramiko")
    async with shell(server) as page:
        sshd.wait_for("sleep")
        await page.say("close")
        assert await page.close_code() == 1000
    await asyncio.to_thread(sshd.wait_for, "sleep", 0)
    await gone(server, page)


async def test_nobody_is_there_and_nothing_is_heaped_up(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "yes"})
    server = serve_terminal(sshd)
    async with shell(server) as page:
        await page.read_for(0.3)
        (process,) = sshd.wait_for("yes")
        await drop(page)
        before = server.resident_bytes()
        stand = []

        def blocked():
            stand.append(written(process))
            return len(stand) > 30 and stand[-1] == stand[-30]

        await asyncio.to_thread(wait_until, blocked, "the command blocks", 20)
        assert server.growth(before) < 2 << 20
    async with terminal(server) as back:
        await back.resume(page)
        await back.read(1 << 20)
        assert back.received.replace(b"y\r\n", b"").strip(b"y\r\n") == b""


async def test_the_end_while_nobody_is_there(start_sshd, serve_terminal, tmp_path):
    """Its last words and how it ended wait for the page."""
    sshd = start_sshd(user={"command": "read line; echo last words; exit 7"})
    server = serve_terminal(sshd)
    async with shell(server) as page:
        await page.type("go\r")
        page.drop()
        await page.close_code()
    await asyncio.to_thread(sshd.wait_for, "sh", 0)
    async with terminal(server) as back:
        await back.connect(resume={"id": page.id, "token": page.token, "got": 0})
        await back.ready()
        await back.expect("last words\r\n")
        assert (await back.message("exit"))["status"] == 7
        assert await back.close_code() == 1000


# --- Who may come back, and when.


async def heard(page):
    """The server knows that this page has its token."""
    await page.say("ping", id=1)
    await page.message("pong")


async def gone(server, page, user=None, **changes):
    """There is no such session for whoever asks like this."""
    resume = {"id": page.id, "token": page.token, "got": page.position, **changes}
    async with terminal(server, user=user) as other:
        await other.connect(resume=resume)
        assert await other.close_code() == 4404
        assert not other.received


async def test_only_its_owner(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    server.allow("paramiko")
    async with shell(server, user="alice") as page, shell(server, user="alice") as another:
        await page.expect(re.escape(PROMPT))
        await drop(page)
        wrong = "A" * len(page.token)
        for changes in ({"token": wrong}, {"token": another.token}, {"id": "nobody"}, {"id": another.id}):
            await gone(server, page, user="alice", **changes)
        await gone(server, page, user="bob")
        await gone(server, page, user=None)
        async with terminal(server, user="alice") as back:
            await back.resume(page)
            assert back.token != page.token and back.id == page.id
            await heard(back)
            await gone(server, page, user="alice")  # the old token
            await drop(back)
        await gone(server, page, user="alice")
        async with terminal(server, user="alice") as once_more:
            await once_more.resume(back)


async def test_the_new_token_never_arrives(start_sshd, serve_terminal):
    """The socket breaks before `ready` does, again and again: the old token works until a new one is there."""
    server = serve_terminal(start_sshd(user={"command": "echo here; cat"}), settings={"workers": 3})
    server.allow("paramiko")
    async with shell(server) as page:
        await page.expect("here\r\n")
        await drop(page)
    unheard = []
    for _ in range(3):
        async with terminal(server) as lost:
            await lost.resume(page)
            unheard.append(lost)
            await drop(lost)
    async with terminal(server) as back:
        await back.resume(page)
        await back.type("typed\r")
        await back.expect("typed\r\n")
        for other in (page, *unheard):
            await gone(server, other)
        await drop(back)
    for other in (page, *unheard):
        await gone(server, other)
    async with terminal(server) as again:
        await again.resume(back)


@pytest.mark.parametrize("sign", ["ack", "bytes", "resize"])
async def test_the_old_token_ends_with_the_first_sign(start_sshd, serve_terminal, sign):
    server = serve_terminal(start_sshd(user={"command": "echo here; cat"}))
    server.allow("paramiko")
    async with shell(server) as page:
        await page.expect("here\r\n")
        await drop(page)
    async with terminal(server) as back:
        await back.resume(page)
        if sign == "ack":
            await back.acknowledge()
        elif sign == "bytes":
            await back.type("x")
        else:
            await back.say("resize", cols=90, rows=25)
        await (await back.socket.ping())  # the server has read it
        await gone(server, page)
        await drop(back)
    async with terminal(server) as again:
        await again.resume(back)


async def test_both_tokens_until_then(start_sshd, serve_terminal):
    """And whoever shows the old one takes over from whoever has said nothing."""
    server = serve_terminal(start_sshd(user={"command": "echo here; cat"}))
    async with shell(server) as page:
        await page.expect("here\r\n")
        await drop(page)
    async with terminal(server) as first, terminal(server) as second:
        await first.resume(page)
        await second.resume(page)
        assert await first.close_code() == 4409


async def test_a_page_of_another_origin(start_sshd, serve_terminal):
    """Though it may open terminals of its own."""
    server = serve_terminal(start_sshd(), origins=["same", "https://app.example"])
    server.allow("paramiko")
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await drop(page)
    async with terminal(server, origin="https://app.example") as other:
        await other.connect(resume={"id": page.id, "token": page.token, "got": 0})
        assert await other.close_code() == 4404
    async with terminal(server) as back:
        await back.resume(page)


async def test_it_is_taken_over(start_sshd, serve_terminal):
    """The page was opened again, and the old socket does not know yet that nobody looks at it."""
    server = serve_terminal(start_sshd())
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        async with terminal(server) as other:
            await other.resume(page)
            assert await page.close_code() == 4409
            await other.type("echo he''re\r")
            await other.expect("here\r\n")


@pytest.mark.parametrize("got", [1 << 40, 0])
async def test_a_wrong_idea_of_what_it_has(start_sshd, serve_terminal, got):
    server = serve_terminal(start_sshd(user={"command": "seq 1000; sleep 300"}))
    async with shell(server) as page:
        await page.expect("1000\r\n")
        await drop(page)
    async with terminal(server) as back:
        await back.resume(page, got)
        await back.expect("1000\r\n")


async def test_the_grace_time(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "sleep 300"})
    server = serve_terminal(sshd, resume={"grace": "500 ms"})
    server.allow("paramiko")
    async with shell(server) as page:
        assert page.hello["limits"]["grace"] == 1
        sshd.wait_for("sleep")
        await drop(page)
    await asyncio.to_thread(sshd.wait_for, "sleep", 0)
    await gone(server, page)


async def test_no_grace_at_all(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "sleep 300"})
    server = serve_terminal(sshd, resume={"enabled": False})
    async with shell(server) as page:
        assert page.token is None and "resume" not in page.hello["features"]
        sshd.wait_for("sleep")
        await drop(page)
    await asyncio.to_thread(sshd.wait_for, "sleep", 0)


async def test_only_so_many_wait(start_sshd, serve_terminal):
    """The one that waits longest makes room, or the newest does not wait."""
    sshd = start_sshd(user={"command": "sleep 300"})
    server = serve_terminal(sshd, resume={"max_detached": 2})
    server.allow("paramiko")
    for _ in range(3):
        async with shell(server) as page:
            await drop(page)
    await asyncio.to_thread(sshd.wait_for, "sleep", 2)


async def test_ssh_is_lost_meanwhile(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "echo here; sleep 300"})
    server = serve_terminal(sshd)
    server.allow("paramiko")
    async with shell(server) as page:
        await page.expect("here")
        await drop(page)
    sshd.stop()
    async with terminal(server) as back:
        await back.connect(resume={"id": page.id, "token": page.token, "got": page.position})
        message = await back.message("ready", "error")
        if message["t"] == "ready":
            await back.fails("E_LOST")
        else:
            assert message["code"] == "E_LOST" or await back.close_code() == 4404


async def test_the_server_ends_well_with_sessions_that_wait(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "sleep 300"})
    server = serve_terminal(sshd)
    for _ in range(3):
        async with shell(server) as page:
            await drop(page)
    await asyncio.to_thread(sshd.wait_for, "sleep", 3)
    server.terminate()
    assert server.wait() == 0
    await asyncio.to_thread(sshd.wait_for, "sleep", 0)

"""A slow page holds up the command that it looks at, and nobody else: no byte is lost, and none is heaped up."""

import asyncio
import contextlib
import hashlib
import os
import re
import time

import pytest
import websockets

from harness import frame
from harness.deadline import seconds, wait_until
from harness.ssh_faults import Proxy
from harness.sshd import PROMPT, RAW_ECHO, blocked, written
from harness.terminal import SUBPROTOCOL, shell

pytest_plugins = ["harness.ssh_fixtures"]

WINDOW = 128 << 10
# What may be on its way besides: a window of SSH, sockets, a pipe.
SLACK = 4 << 20


async def until_blocked(process, server):
    await asyncio.to_thread(wait_until, lambda: blocked(process, server), "it blocks", 20)


async def test_a_page_that_does_not_acknowledge(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "yes"})
    server = serve_terminal(sshd, flow={"client_window": "128 KiB"})
    async with shell(server, acks=False) as page:
        (process,) = sshd.wait_for("yes")
        while page.position < WINDOW:
            await page.read_for(0.1)
        await page.read_for(0.5)
        assert page.position == WINDOW
        await until_blocked(process, server)
        assert written(process) < WINDOW + SLACK
        # What it takes in is what it gets.
        before = server.resident_bytes()
        for _ in range(10):
            await page.acknowledge()
            expected = page.position + WINDOW
            while page.position < expected:
                await page.read_for(0.1)
            assert page.position == expected
        assert server.growth(before) < 2 << 20
        # And a page that acknowledges goes on for ever.
        page.acks = True
        await page.acknowledge()
        while page.position < 20 << 20:
            await page.read_for(0.1)
        assert server.growth(before) < 4 << 20


async def test_an_acknowledgement_of_what_was_not_sent(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "yes"}))
    server.allow("paramiko")
    async with shell(server, acks=False) as page:
        await page.say("ack", n=1 << 50)
        assert await page.close_code() == 4400


async def test_acknowledgements_that_say_nothing_new(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await page.acknowledge()
        for n in (page.position, 0, page.position):
            await page.say("ack", n=n)
        await page.type("echo he''re\r")
        await page.expect("here")


@pytest.mark.parametrize("mode", ["plain", SUBPROTOCOL])
def test_a_page_that_does_not_read(start_sshd, serve_terminal, mode):
    """Nor would it notice what stands still beside it: others are served."""
    sshd = start_sshd(user={"command": "yes"})
    server = serve_terminal(sshd, flow={"plain_rate": 0})
    also = [("Origin", "http://wharf.test")]
    if mode != "plain":
        also.append(("Sec-WebSocket-Protocol", mode))
    client = server.open("/paramiko", also=also)
    if mode != "plain":
        client.frame()
        client.say('{"t":"connect","cols":80,"rows":24}')
    (process,) = sshd.wait_for("yes")
    wait_until(lambda: written(process) > 1000, "it writes")
    wait_until(lambda: blocked(process, server), "it blocks", within=20)
    before, stopped_at = server.resident_bytes(), written(process)
    time.sleep(3)  # that long nothing may grow
    assert written(process) == stopped_at
    assert server.growth(before) < 1 << 20
    assert stopped_at < 16 << 20
    if mode == "plain":
        client.socket.settimeout(seconds(10))
        read = 0
        while read < 8 << 20:
            read += len(client.socket.recv(1 << 16))
        assert written(process) > stopped_at


async def test_others_are_served_meanwhile(start_sshd, serve_terminal):
    sshd = start_sshd()
    server = serve_terminal(sshd, settings={"workers": 1})
    async with shell(server, acks=False) as stalled, shell(server) as other:
        await stalled.type("yes\r")
        (process,) = sshd.wait_for("yes")
        await until_blocked(process, server)
        await other.expect(re.escape(PROMPT))
        for number in range(20):
            await other.type(f"echo num''ber{number}\r")
            await other.expect(f"number{number}\r\n")
        assert blocked(process, server)


async def test_ctrl_c(start_sshd, serve_terminal):
    """It overtakes all but what is already on its way."""
    server = serve_terminal(start_sshd(), flow={"client_window": "128 KiB"})
    async with shell(server) as page:
        for _ in range(5):
            await page.expect(re.escape(PROMPT))
            await page.type("yes\r")
            await page.expect("(y\r\n){1000}")
            before = page.position
            await page.type("\x03")
            await page.expect(r"\^C\r\n" + re.escape(PROMPT))
            assert page.position - before < WINDOW + SLACK
            page.output = bytearray(PROMPT.encode())


async def echo_all(page, content: bytes, within: float):
    """Sends it, and reads it back at the same time."""
    typing = asyncio.create_task(page.type(content))
    digest = hashlib.sha256()
    left = len(content)
    end = time.monotonic() + seconds(within)
    while left:
        piece = await page.read(min(left, 1 << 16))
        digest.update(piece)
        left -= len(piece)
        assert time.monotonic() < end, f"{left} bytes have not come back"
    await typing
    assert digest.digest() == hashlib.sha256(content).digest()


async def test_a_paste_of_20_megabytes(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": RAW_ECHO})
    server = serve_terminal(sshd)
    async with shell(server) as page:
        await page.expect("^ready")
        await echo_all(page, os.urandom(10 << 20), within=30)
        # What the first half has taken is enough for the second.
        before = server.resident_bytes()
        await echo_all(page, os.urandom(10 << 20), within=30)
        assert server.growth(before) < 4 << 20


async def test_a_paste_through_a_small_window(start_sshd, serve_terminal):
    """As small as a route may have it."""
    server = serve_terminal(start_sshd(user={"command": RAW_ECHO}), flow={"stdin_queue": "16 KiB"})
    async with shell(server) as page:
        await page.expect("^ready")
        await echo_all(page, os.urandom(1 << 20), within=30)


async def test_a_paste_through_a_needle_eye(start_sshd, serve_terminal):
    """Hardly anything fits the socket to the SSH server, while it says as much as it is told."""
    sshd = start_sshd(user={"command": RAW_ECHO})
    with Proxy(sshd.port, buffer=4096) as proxy:
        server = serve_terminal(sshd, port=proxy.port)
        async with shell(server) as page:
            await page.expect("^ready")
            await echo_all(page, os.urandom(2 << 20), within=45)


async def test_a_command_that_does_not_read(start_sshd, serve_terminal):
    """The paste waits in the page, not in the server."""
    sshd = start_sshd(user={"command": "stty raw -echo; echo ready; sleep 300"})
    server = serve_terminal(sshd)
    async with shell(server) as page:
        await page.expect("ready")
        before = server.resident_bytes()
        typing = asyncio.create_task(page.type(bytes(64 << 20)))
        await page.read_for(3)
        assert not typing.done()
        assert server.growth(before) < 8 << 20
        typing.cancel()


async def test_a_page_that_sends_more_than_it_may(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "stty raw -echo; echo ready; sleep 300"})
    server = serve_terminal(sshd)
    server.allow("paramiko")
    async with shell(server) as page:
        await page.expect("ready")
        before = server.resident_bytes()
        page.input_window = None
        with contextlib.suppress(websockets.ConnectionClosed):
            await page.type(bytes(32 << 20))
        assert await page.close_code() == 4429
        assert server.growth(before) < 8 << 20


async def test_a_page_that_wants_little_on_its_way(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "yes"}))
    async with shell(server, acks=False, want={"lowlat": True}) as page:
        while page.position < 128 << 10:
            await page.read_for(0.1)
        await page.read_for(0.5)
        assert page.position == 128 << 10


async def test_random_bytes(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "stty raw -opost; head -c 3000000 /dev/urandom | tee sent; sleep 300"})
    server = serve_terminal(sshd)
    async with shell(server) as page:
        shown = await page.read(3000000)
    assert shown == (sshd.home() / "sent").read_bytes()


async def test_a_far_host(start_sshd, serve_terminal):
    """A window that is too small for the distance costs speed, and nothing else."""
    sshd = start_sshd(user={"command": "stty raw -opost; head -c 3000000 /dev/urandom | tee sent; sleep 300"})
    with Proxy(sshd.port, delay=0.02) as proxy:
        server = serve_terminal(sshd, port=proxy.port)
        async with shell(server) as page:
            shown = await page.read(3000000)
            await page.say("ping", id=7)
            pong = await page.message("pong")
            assert pong["id"] == 7
    assert shown == (sshd.home() / "sent").read_bytes()


async def test_both_streams_of_a_command(start_sshd, serve_terminal):
    """Without a terminal there are two; whatever reads them must not forget one (it hangs, or spins)."""
    sshd = start_sshd()
    command = "for i in $(seq 3000); do echo out$i; echo err$i >&2; done"
    server = serve_terminal(sshd, pty={"command": command})
    async with shell(server) as page:
        await page.expect("err3000", within=20)
        exit_message = await page.message("exit")
        assert exit_message["status"] == 0


def test_the_frames_are_whole(start_sshd, serve_terminal):
    """Output is binary, and no frame of it is empty or larger than a page likes."""
    server = serve_terminal(start_sshd(user={"command": "seq 100000"}))
    also = [("Sec-WebSocket-Protocol", SUBPROTOCOL), ("Origin", "http://wharf.test")]
    client = server.open("/paramiko", also=also)
    client.frame()
    client.say('{"t":"connect","cols":80,"rows":24}')
    position = 0
    while (found := client.frame(within=10)).opcode != frame.CLOSE:
        if found.opcode == frame.BINARY:
            assert 0 < len(found.payload) <= 1 << 18 and found.final
            position += len(found.payload)
            client.say('{"t":"ack","n":%d}' % position)
    assert position == sum(len(str(number)) + 2 for number in range(1, 100001))

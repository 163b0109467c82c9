"""Several look at one terminal: by a token, each at its own pace, and with no say unless they are given one."""

import asyncio
import contextlib
import re

import pytest
import websockets

from harness.deadline import wait_until
from harness.secrecy import never
from harness.sshd import PROMPT
from harness.terminal import shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]

SHARE = {"enabled": True, "allow_rw": True}


async def invite(page, mode="ro", **fields) -> str:
    await page.say("share", mode=mode, **fields)
    shared = await page.message("shared")
    assert shared["mode"] == mode and len(shared["token"]) >= 43
    return shared["token"]


@contextlib.asynccontextmanager
async def viewer(server, token: str, user=None):
    async with terminal(server, user=user) as page:
        await page.connect(join={"token": token})
        page.welcome = await page.ready()
        yield page


async def viewers(page, count: int) -> list:
    """As soon as there are so many."""
    while True:
        message = await page.message("viewers")
        if len(message["viewers"]) == count:
            return message["viewers"]


async def test_a_viewer_sees_what_the_owner_sees(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE)
    async with shell(server, user="alice") as owner:
        await owner.expect(re.escape(PROMPT))
        await owner.type("echo be''fore\r")
        await owner.expect("before\r\n")
        token = await invite(owner)
        async with viewer(server, token, user="bob") as guest:
            assert guest.welcome["ro"] is True and not guest.welcome.get("resume")
            (known,) = await viewers(owner, 1)
            assert known["mode"] == "ro"
            # What was shown before is there, too.
            await guest.expect("before\r\n")
            await owner.type("echo la''ter\r")
            await owner.expect("later\r\n")
            await guest.expect("later\r\n")
        await viewers(owner, 0)
        await owner.type("echo a''lone\r")
        await owner.expect("alone\r\n")


async def test_a_viewer_has_no_say(start_sshd, serve_terminal):
    sshd = start_sshd()
    server = serve_terminal(sshd, share=SHARE)
    server.allow("paramiko")
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        async with viewer(server, await invite(owner)) as guest:
            await guest.type("touch from-the-viewer\r")
            await guest.say("resize", cols=10, rows=5)
            await guest.say("signal", name="KILL")
            await guest.say("eof")
            await guest.say("ping", id=9)
            await owner.type("stty size; echo en''d\r")
            await owner.expect("24 80\r\nend\r\n")
            assert not (sshd.home() / "from-the-viewer").exists()
    assert b"from-the-viewer" not in owner.received


@pytest.mark.parametrize("message", [{"t": "share", "mode": "rw"}, {"t": "kick", "viewer": "x"}, {"t": "close"}])
async def test_a_viewer_is_no_owner(start_sshd, serve_terminal, message):
    server = serve_terminal(start_sshd(), share=SHARE)
    server.allow("paramiko")
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        async with viewer(server, await invite(owner)) as guest:
            await guest.say(**message)
            with contextlib.suppress(websockets.ConnectionClosed):  # it may be sent away for it
                await guest.read_for(0.3)
            assert not [each for each in guest.messages if each["t"] == "shared"]
            await owner.type("echo he''re\r")
            await owner.expect("here\r\n")


async def test_a_viewer_with_a_say(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE)
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        async with viewer(server, await invite(owner, "rw")) as guest:
            assert guest.welcome["ro"] is False
            await guest.type("echo gu''est\r")
            for page in (owner, guest):
                await page.expect("guest\r\n")


async def test_the_size_is_the_owners(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE)
    async with shell(server, cols=90, rows=30) as owner:
        await owner.expect(re.escape(PROMPT))
        async with viewer(server, await invite(owner)) as guest:
            size = await guest.message("size")
            assert (size["cols"], size["rows"]) == (90, 30)
            await owner.say("resize", cols=100, rows=40)
            size = await guest.message("size")
            assert (size["cols"], size["rows"]) == (100, 40)


async def test_a_slow_viewer_holds_up_nobody(start_sshd, serve_terminal):
    """It is moved on, and told so."""
    server = serve_terminal(start_sshd(), share=SHARE, flow={"client_window": "128 KiB"})
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        async with viewer(server, await invite(owner)) as slow, viewer(server, await invite(owner)) as quick:
            slow.acks = False
            before = server.resident_bytes()
            await owner.type("seq 1000000; echo en''d\r")

            async def follow(page):
                await page.read(6 << 20, within=30)
                await page.expect("end\r\n", within=30)

            await asyncio.gather(follow(owner), follow_to_the_end(quick, "end\r\n"))
            assert server.growth(before) < 8 << 20
            await slow.read_for(0.3)
            assert slow.position <= (128 << 10) + len(slow.output) + (1 << 20)
            slow.acks = True
            await slow.acknowledge()
            await follow_to_the_end(slow, "end\r\n")
            assert any(message["t"] == "replay" and message["truncated"] for message in slow.messages)


async def follow_to_the_end(page, end: str):
    """Whatever is skipped."""
    while end.encode() not in page.output[-200:]:
        del page.output[:-200]
        await page.read_for(0.05)


async def test_a_viewer_is_thrown_out(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE)
    server.allow("paramiko")
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        token = await invite(owner)
        async with viewer(server, token) as guest, viewer(server, token):
            first, _ = await viewers(owner, 2)
            await owner.say("kick", viewer=first["id"])
            await viewers(owner, 1)
            assert await guest.close_code() == 4403
        await refused(server, token)


async def test_the_owner_goes(start_sshd, serve_terminal):
    """While it waits for its page, viewers wait with it; when it ends, they end."""
    sshd = start_sshd()
    server = serve_terminal(sshd, share=SHARE)
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        token = await invite(owner)
        async with viewer(server, token) as guest:
            owner.drop()
            await owner.close_code()
            await guest.say("ping", id=1)
            await guest.message("pong")
            async with terminal(server) as back:
                await back.resume(owner)
                await back.type("echo ba''ck; exit\r")
                await guest.expect("back\r\n")
                await guest.message("exit")
                assert await guest.close_code() == 1000


# --- Who may come in.


async def refused(server, token: str, *codes: int):
    async with terminal(server) as page:
        await page.connect(join={"token": token})
        assert await page.close_code() in (codes or (4404,))
        assert not page.received


async def test_a_token_is_written_nowhere(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share={"enabled": True})
    server.allow("paramiko")
    async with shell(server) as owner:
        token = await invite(owner)
    never(server, token)


async def test_tokens(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE)
    server.allow("paramiko")
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        short = await invite(owner, ttl=1)
        async with viewer(server, short):
            pass
        for wrong in ("A" * 43, owner.token, "x", short + "x"):
            await refused(server, wrong)
        last = await invite(owner)
        end = asyncio.get_running_loop().time() + 1.2
        await owner.read_for(end - asyncio.get_running_loop().time())
        await refused(server, short)
        async with viewer(server, last):
            pass
        await owner.say("close")
        await owner.close_code()
    await refused(server, last)


async def test_only_so_many(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share={"enabled": True, "max_viewers": 1})
    server.allow("paramiko")
    async with shell(server) as owner:
        token = await invite(owner)
        async with viewer(server, token):
            async with terminal(server) as second:
                await second.connect(join={"token": token})
                await second.fails("E_LIMIT")
        await viewers(owner, 0)
        async with viewer(server, token):
            pass


@pytest.mark.parametrize("share, mode", [({"enabled": False}, "ro"), ({"enabled": True, "allow_rw": False}, "rw")])
async def test_what_the_route_does_not_allow(start_sshd, serve_terminal, share, mode):
    server = serve_terminal(start_sshd(), share=share)
    server.allow("paramiko")
    async with shell(server) as owner:
        assert ("share" in owner.hello["features"]) == share["enabled"]
        await owner.say("share", mode=mode)
        with contextlib.suppress(websockets.ConnectionClosed):
            await owner.read_for(0.5)
        assert not [message for message in owner.messages if message["t"] == "shared"]


async def test_they_leave_nothing_behind(start_sshd, serve_terminal):
    sshd = start_sshd()
    server = serve_terminal(sshd, share=SHARE)
    async with shell(server) as owner:
        token = await invite(owner)
        for _ in range(5):
            async with viewer(server, token) as guest:
                guest.drop()
        await viewers(owner, 0)
        await owner.say("close")
        await owner.close_code()
    await asyncio.to_thread(wait_until, lambda: not sshd.running("sh"), "the shell has ended")

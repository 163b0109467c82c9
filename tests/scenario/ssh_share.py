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


async def test_a_viewer_leaves_by_itself(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE)
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        token = await invite(owner)
        async with viewer(server, token) as guest, viewer(server, token) as other:
            await viewers(owner, 2)
            await guest.say("close")
            assert await guest.close_code() == 1000
            await viewers(owner, 1)
            await owner.say("kick", viewer="nobody")  # who may have gone meanwhile
            await owner.type("echo st''ill\r")
            for page in (owner, other):
                await page.expect("still\r\n")


async def test_a_bad_viewer_ends_alone(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE)
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        token = await invite(owner, "rw")
        for message in ({"t": "ack", "n": 1 << 40}, {"t": "connect"}, {"t": "transfer", "token": token}, {"t": "what"}):
            async with viewer(server, token) as guest:
                await guest.say(**message)
                assert await guest.close_code() == 4400
        async with viewer(server, token) as guest:
            await guest.say("sftp", op="list", id=1, path="/")
            await guest.fails("E_POLICY")
        await viewers(owner, 0)
        await owner.type("echo st''ill\r")
        await owner.expect("still\r\n")


# --- Several who type.


@pytest.mark.parametrize("window", ["32 KiB", "128 KiB"])
async def test_two_paste_at_once(start_sshd, serve_terminal, window):
    """Each has a window of input of its own, also while the owner is away."""
    sshd = start_sshd(user={"command": "stty raw -echo; echo ready; head -c 4000000 | wc -c; cat"})
    server = serve_terminal(sshd, share=SHARE, flow={"stdin_queue": window})
    async with shell(server) as owner:
        await owner.expect("ready")
        async with viewer(server, await invite(owner, "rw")) as guest:
            await asyncio.gather(owner.type(bytes(1_500_000)), guest.type(bytes(1_500_000)))
            owner.drop()
            await owner.close_code()
            await guest.type(bytes(1_000_000))
            await guest.expect("4000000")
            async with terminal(server) as back:
                await back.resume(owner)
                await viewers(back, 1)
                await back.expect("4000000")


async def test_a_viewer_that_types_more_than_it_may(start_sshd, serve_terminal):
    """It is sent away, and there is room left for what the owner may send."""
    sshd = start_sshd(user={"command": "stty raw -echo; echo ready; sleep 300"})
    share = {**SHARE, "max_viewers": 1}
    server = serve_terminal(sshd, share=share, flow={"stdin_queue": "128 KiB"})
    async with shell(server) as owner:
        await owner.expect("ready")
        token = await invite(owner, "rw")
        for _ in range(2):
            async with viewer(server, token) as guest:
                guest.input_window = None
                with contextlib.suppress(websockets.ConnectionClosed):
                    await guest.type(bytes(32 << 20))
                await guest.fails("E_LIMIT")
            await viewers(owner, 0)
        await owner.type(bytes(128 << 10))
        await owner.say("ping", id=1)
        await owner.message("pong")


# --- The end.


async def test_the_owner_goes(start_sshd, serve_terminal):
    """While it waits for its page, viewers wait with it; when it ends, they end."""
    sshd = start_sshd()
    server = serve_terminal(sshd, share=SHARE)
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        token = await invite(owner, "rw")
        async with viewer(server, token) as guest:
            owner.drop()
            await owner.close_code()
            await guest.say("ping", id=1)
            await guest.message("pong")
            await guest.type("echo me''anwhile\r")
            await guest.expect("meanwhile\r\n")
            async with viewer(server, token) as late, terminal(server) as back:
                await late.expect("meanwhile\r\n")
                await back.resume(owner)
                await viewers(back, 2)
                await back.type("echo ba''ck; exit\r")
                for page in (guest, late):
                    await page.expect("back\r\n")
                    await page.message("exit")
                    assert await page.close_code() == 1000


async def test_the_command_ends_while_the_owner_is_away(start_sshd, serve_terminal):
    """Viewers need not wait; the owner hears it, too."""
    server = serve_terminal(start_sshd(), share=SHARE)
    server.allow("paramiko")
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        token = await invite(owner, "rw")
        async with viewer(server, token) as guest:
            owner.drop()
            await owner.close_code()
            await guest.type("echo la''st; exit 3\r")
            await guest.expect("last\r\n")
            assert (await guest.message("exit"))["status"] == 3
            assert await guest.close_code() == 1000
        await refused(server, token)
        async with terminal(server) as back:
            await back.resume(owner)
            await back.expect("last\r\n")
            assert (await back.message("exit"))["status"] == 3


@pytest.mark.parametrize("how", ["close", "grace"])
async def test_the_session_ends(start_sshd, serve_terminal, how):
    server = serve_terminal(start_sshd(), share=SHARE, resume={"grace": "200 ms"})
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        async with viewer(server, await invite(owner)) as guest:
            if how == "close":
                await owner.say("close")
            else:
                owner.drop()
            assert await guest.close_code() == 1000


async def test_the_ssh_server_goes(start_sshd, serve_terminal):
    sshd = start_sshd()
    server = serve_terminal(sshd, share=SHARE)
    server.allow("paramiko")
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        async with viewer(server, await invite(owner)) as guest:
            sshd.kill_sessions()
            # The owner may try again; to a viewer nothing is left.
            assert (await owner.fails("E_LOST"))["retry"] is True
            assert (await guest.fails("E_LOST"))["retry"] is False


async def test_a_viewer_that_lags_sees_the_end(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE, flow={"client_window": "64 KiB"})
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        async with viewer(server, await invite(owner)) as slow:
            slow.acks = False
            await owner.type("seq 100000; echo en''d; exit\r")
            await owner.expect("end\r\n", within=30)
            await owner.message("exit")
            await slow.message("exit")
            assert b"100000\r\nend\r\n" in slow.output
            assert await slow.close_code() == 1000


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


async def test_who_comes_late_knows_what_is_missing(start_sshd, serve_terminal):
    """And clears its screen, which matters when it has been there before."""
    server = serve_terminal(start_sshd(), share=SHARE, flow={"client_window": "64 KiB"}, resume={"buffer": "64 KiB"})
    async with shell(server) as owner:
        await owner.expect(re.escape(PROMPT))
        token = await invite(owner)
        async with viewer(server, token) as early:
            assert early.welcome["off"] == 0
        await owner.type("seq 100000; echo en''d\r")
        await owner.expect("end\r\n", within=30)
        async with viewer(server, token) as late:
            begin = late.welcome["off"]
            assert begin > 400_000
            replay = await late.message("replay")
            assert replay["from"] == begin and replay["truncated"] is True
            await late.expect("end\r\n")


async def test_who_looks_takes_no_place_of_who_works(start_sshd, serve_terminal):
    """And is counted by itself."""
    server = serve_terminal(start_sshd(), share=SHARE, limits={"per_user": 2})
    server.allow("paramiko")
    async with shell(server, user="alice") as owner:
        token = await invite(owner)
        async with viewer(server, token, user="bob"), viewer(server, token, user="bob"):
            async with terminal(server, user="bob") as third:
                await third.connect(join={"token": token})
                await third.fails("E_LIMIT")
            async with viewer(server, token, user="carol"), shell(server, user="bob"), shell(server, user="bob"):
                known = await viewers(owner, 3)
                assert [each["name"] for each in known] == ["bob", "bob", "carol"]


async def test_it_is_on_record(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), share=SHARE)
    async with shell(server, user="alice") as owner:
        token = await invite(owner, "rw", ttl=60)
        async with viewer(server, token, user="bob"):
            (known,) = await viewers(owner, 1)
            await owner.say("kick", viewer=known["id"])
            await viewers(owner, 0)
    for event, what in (("share", ".*rw"), ("join", ".*bob .*rw"), ("kick", ""), ("leave", "")):
        server.wait_for_log(f'audit .*"event":"{event}",.*"visitor":"alice",{what}')
    never(server, token)

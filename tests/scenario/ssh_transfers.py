"""Each file has a socket of its own, with a window each way, and never delays a keystroke."""

import asyncio
import contextlib
import hashlib
import os
import re
import time

import pytest
import websockets

from harness.deadline import FACTOR, seconds
from harness.sshd import PROMPT
from harness.terminal import shell, terminal, transfer

pytest_plugins = ["harness.file_fixtures"]


async def test_a_transfer_that_is_dropped(remote, serve_files):
    remote.put("file", os.urandom(8 << 20))
    server = serve_files(remote.sshd, max_parallel=1)
    async with shell(server) as page:
        answer = await page.sftp("get", remote("file"))
        async with transfer(server, answer["token"]) as other:
            while not other.received:
                await other.read_for(0.05)
            other.drop()
        # It is noticed in a moment.
        end = asyncio.get_running_loop().time() + seconds(5)
        while "error" in (answer := await page.sftp_answer("get", remote("file"))):
            assert asyncio.get_running_loop().time() < end, answer
        async with transfer(server, answer["token"]) as other:
            await other.carried(answer["id"])
            assert len(other.received) == 8 << 20


async def test_a_token_is_good_once(remote, serve_files):
    remote.put("file", b"content")
    server = serve_files(remote.sshd)
    async with shell(server, user="alice") as page:
        answer = await page.sftp("get", remote("file"))
        for user, token in (("bob", answer["token"]), ("alice", "A" * 43)):
            async with transfer(server, token, user) as other:
                assert await other.close_code() == 4404
                assert not other.received
        answer = await page.sftp("get", remote("file"))
        for expected in (b"content", b""):
            async with transfer(server, answer["token"], "alice") as other:
                assert await other.close_code() == (1000 if expected else 4404)
                assert other.received == expected


async def test_keystrokes_meanwhile(remote, serve_files):
    """A shell that echoes within a moment does so while large files go up and down over its own SSH session."""
    content = os.urandom(24 << 20)
    remote.put("down", content)
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        down = await page.sftp("get", remote("down"))
        up = await page.sftp("put", remote("up"))
        async with transfer(server, down["token"]) as one, transfer(server, up["token"]) as other:

            async def send():
                await other.type(content)
                await other.say("eof")
                await other.carried(up["id"])

            transfers = asyncio.gather(one.carried(down["id"]), send())
            delays = []
            while not transfers.done():
                start = time.monotonic()
                await page.type("echo ti''ck\r")
                await page.expect("tick\r\n")
                delays.append(time.monotonic() - start)
            await transfers
            assert hashlib.sha256(one.received).digest() == hashlib.sha256(content).digest()
    assert remote.local("up").read_bytes() == content
    assert sorted(delays)[len(delays) // 2] < 0.2 * FACTOR, delays


async def test_on_any_worker(remote, serve_files):
    """The socket of a file may arrive on another worker than that of its terminal."""
    content = os.urandom(500_000)
    remote.put("down", content)
    server = serve_files(remote.sshd, settings={"workers": 3})
    async with shell(server) as page:
        for number in range(8):
            assert await page.download(server, remote("down")) == content
            await page.upload(server, remote(f"up{number}"), content)
            assert remote.local(f"up{number}").read_bytes() == content


async def test_the_window_of_a_download(remote, serve_files):
    """Without acks there is a window of bytes, and then silence; with them there is the rest."""
    content = os.urandom(2 << 20)
    remote.put("file", content)
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        answer = await page.sftp("get", remote("file"))
        assert answer["size"] == len(content)
        assert answer["mtime"] == int(remote.local("file").stat().st_mtime)
        async with transfer(server, answer["token"]) as carrier:
            carrier.acks = False
            window = carrier.hello["limits"]["window"]
            assert await carrier.read(window) == content[:window]
            assert await carrier.read_for(0.3) == 0
            carrier.acks = True
            await carrier.acknowledge()
            await carrier.carried(answer["id"])
            assert carrier.received == content


async def test_small_windows(remote, serve_files):
    """As small as a route may have them."""
    content = os.urandom(1 << 20)
    server = serve_files(remote.sshd, flow={"stdin_queue": "16 KiB", "client_window": "16 KiB"})
    async with shell(server) as page:
        await page.upload(server, remote("file"), content)
        answer = await page.sftp("get", remote("file"))
        async with transfer(server, answer["token"]) as carrier:
            # Pages tell each 64 KiB or after a moment, which is the first here.
            downloaded = asyncio.create_task(carrier.carried(answer["id"]))
            while not downloaded.done():
                await asyncio.sleep(0.01)
                if carrier.position > carrier.acknowledged:
                    await carrier.acknowledge()
            await downloaded
            assert carrier.received == content


async def test_more_than_the_window_of_an_upload(remote, serve_files):
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        answer = await page.sftp("put", remote("file"))
        async with transfer(server, answer["token"]) as carrier:
            carrier.input_window = None
            # The rest of them is on its way when the server closes.
            with contextlib.suppress(websockets.ConnectionClosed):
                await carrier.type(bytes(64 << 20))
            assert await carrier.close_code() == 4429
        await page.upload(server, remote("file"), b"content")
        assert remote.local("file").read_bytes() == b"content"


@pytest.mark.parametrize("op", ["get", "put"])
@pytest.mark.parametrize("message", [{"t": "connect"}, {"t": "ack", "n": 1 << 40}, {"t": "close"}, {"t": "transfer"}])
async def test_what_does_not_belong_there(remote, serve_files, op, message):
    remote.put("file", bytes(8 << 20))
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        answer = await page.sftp(op, remote("file"))
        async with transfer(server, answer["token"]) as carrier:
            await carrier.say(**({"token": answer["token"]} if message["t"] == "transfer" else {}), **message)
            assert await carrier.close_code() == 4400
            assert carrier.close_reason
        await page.type("echo he''re\r")
        await page.expect("here\r\n")


async def test_no_more_than_may_be_at_once(remote, serve_files):
    remote.put("file", b"content")
    server = serve_files(remote.sshd, max_parallel=2)
    async with shell(server) as page:
        assert page.hello["limits"]["transfers"] == 2
        answers = [await page.sftp("get", remote("file")), await page.sftp("put", remote("new"))]
        error = await page.sftp_error("get", remote("file"))
        assert (error["code"], error["retry"]) == ("E_LIMIT", True)
        async with transfer(server, answers[0]["token"]) as carrier:
            await carrier.carried(answers[0]["id"])
        await page.sftp("get", remote("file"))


async def test_a_broken_upload_goes_on(remote, serve_files):
    """What is there stays there, is as much as `stat` says, and what was acknowledged of it is right."""
    content = os.urandom(6 << 20)
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        answer = await page.sftp("put", remote("file"), size=len(content))
        async with transfer(server, answer["token"]) as carrier:
            await carrier.type(content[: 3 << 20])
            carrier.drop()
        (entry,) = (await page.sftp("stat", remote("file")))["entries"]
        assert 0 < entry["size"] <= 3 << 20
        # The news that the socket is gone may come later.
        assert remote.local("file").read_bytes()[: entry["size"]] == content[: entry["size"]]
        await page.upload(server, remote("file"), content[entry["size"] :], offset=entry["size"])
        assert remote.local("file").read_bytes() == content


async def test_a_new_upload_takes_the_place_of_an_old_one(remote, serve_files):
    """What the old one has brought does not come over what is new."""
    content = os.urandom(3 << 20)
    server = serve_files(remote.sshd, max_parallel=1)
    async with shell(server) as page:
        answer = await page.sftp("put", remote("file"))
        async with transfer(server, answer["token"]) as carrier:
            await carrier.type(bytes(2 << 20))
            await page.upload(server, remote("file"), content)
            end = await carrier.message("sftp")
            assert (end["id"], end["error"]["code"]) == (answer["id"], "E_REFUSED")
            assert await carrier.close_code() == 1000
        assert remote.local("file").read_bytes() == content


async def test_nothing_goes_on_behind_the_end(remote, serve_files):
    remote.put("file", b"12345")
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        assert (await page.sftp_error("put", remote("file"), offset=6))["code"] == "E_REFUSED"
        assert (await page.sftp_error("put", remote("missing"), offset=1))["code"] == "E_REFUSED"
        assert not remote.local("missing").exists()
        await page.upload(server, remote("file"), b"678", offset=5)
        assert remote.local("file").read_bytes() == b"12345678"


async def test_it_outlives_the_socket_that_asked(remote, serve_files):
    """A terminal that waits for its page has its files still."""
    content = os.urandom(4 << 20)
    remote.put("file", content)
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        answer = await page.sftp("get", remote("file"))
        async with transfer(server, answer["token"]) as carrier:
            carrier.acks = False
            await carrier.read(1)
            page.drop()
            await page.close_code()
            carrier.acks = True
            await carrier.acknowledge()
            await carrier.carried(answer["id"])
            assert carrier.received == content
        async with terminal(server) as again:
            await again.resume(page)
            assert await again.download(server, remote("file")) == content


async def test_it_ends_with_the_terminal(remote, serve_files):
    remote.put("file", bytes(8 << 20))
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        answer = await page.sftp("get", remote("file"))
        async with transfer(server, answer["token"]) as carrier:
            carrier.acks = False
            await carrier.read(1)
            await page.say("close")
            end = await carrier.message("sftp")
            assert (end["id"], end["error"]["code"]) == (answer["id"], "E_LOST")
            assert await carrier.close_code() == 1000


async def test_it_ends_with_the_ssh_session(remote, serve_files):
    remote.put("file", bytes(8 << 20))
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        answer = await page.sftp("get", remote("file"))
        async with transfer(server, answer["token"]) as carrier:
            carrier.acks = False
            await carrier.read(1)
            remote.sshd.stop()
            end = await carrier.message("sftp")
            assert (end["id"], end["error"]["code"]) == (answer["id"], "E_LOST")
            assert await carrier.close_code() == 1000
        await page.fails("E_LOST")


async def test_what_is_written_down(remote, serve_files):
    remote.put("file", b"content")
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.download(server, remote("file"))
        await page.upload(server, remote("new\nline"), b"12345")
        await page.sftp("rename", remote("file"), to=remote("other"))
        await page.sftp("remove", remote("other"))
        await page.sftp("mkdir", remote("folder"))
    for line in (
        rf"get {remote('file')} offset=0 bytes=7",
        rf"put {remote('new line')} offset=0 bytes=5",
        rf"rename {remote('file')} to {remote('other')}",
        rf"remove {remote('other')}",
        rf"mkdir {remote('folder')}",
    ):
        server.wait_for_log(rf'audit .*"event":"sftp",.*"what":"{line}')

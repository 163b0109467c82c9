"""Files go up and down beside the terminal, byte for byte, within bounds, and without delaying a keystroke."""

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
from harness.terminal import shell, transfer

pytest_plugins = ["harness.ssh_fixtures"]

SFTP = {"enabled": True}
SIZES = [0, 1, 32768, 32769, 3_000_000]


@pytest.fixture
def serve_files(serve_terminal):
    def start(sshd, **sftp):
        server = serve_terminal(sshd, sftp={**SFTP, **sftp})
        server.allow("paramiko")
        return server

    return start


@pytest.fixture
def remote(start_sshd):
    """remote(name): the path of a file as the SSH server knows it."""

    class Remote:
        sshd = start_sshd()

        def __call__(self, name=""):
            return str(self.sshd.home_root / self.sshd.user.name / name)

        def local(self, name=""):
            return self.sshd.home() / name

        def put(self, name, content: bytes):
            self.local(name).write_bytes(content)
            self.local(name).chmod(0o666)

    return Remote()


@pytest.mark.parametrize("size", SIZES)
async def test_down(remote, serve_files, size):
    content = os.urandom(size)
    remote.put("file", content)
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        assert "sftp" in page.hello["features"]
        assert await page.download(server, remote("file")) == content


@pytest.mark.parametrize("size", SIZES)
async def test_up(remote, serve_files, size):
    content = os.urandom(size)
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.upload(server, remote("file"), content)
        assert remote.local("file").read_bytes() == content


async def test_up_in_place_of_another(remote, serve_files):
    remote.put("file", b"old and longer than the new one")
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.upload(server, remote("file"), b"new")
        assert remote.local("file").read_bytes() == b"new"


async def test_from_an_offset(remote, serve_files):
    content = os.urandom(100000)
    remote.put("down", content)
    remote.put("up", content[:60000])
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        assert await page.download(server, remote("down"), offset=60000) == content[60000:]
        await page.upload(server, remote("up"), content[60000:], offset=60000)
        assert remote.local("up").read_bytes() == content


@pytest.mark.parametrize("name", ["with space", "你好 🌍", "quote'\"\\", "-rf", "line\nbreak", "*"])
async def test_names(remote, serve_files, name):
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.upload(server, remote(name), b"content")
        assert remote.local(name).read_bytes() == b"content"
        listing = await page.sftp("list", remote())
        assert name in [entry["name"] for entry in listing["entries"]]
        await page.sftp("remove", remote(name))
        assert not remote.local(name).exists()


async def test_a_name_that_is_no_utf8(remote, serve_files):
    with open(os.fsencode(str(remote.local())) + b"/\xff\xfe", "wb"):
        pass
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        assert len((await page.sftp("list", remote()))["entries"]) >= 2


async def test_directories(remote, serve_files):
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.sftp("mkdir", remote("a"))
        await page.upload(server, remote("a/b"), b"12345")
        await page.sftp("rename", remote("a/b"), to=remote("a/c"))
        (entry,) = [
            each for each in (await page.sftp("list", remote("a")))["entries"] if each["name"] not in (".", "..")
        ]
        assert (entry["name"], entry["type"], entry["size"]) == ("c", "f", 5)
        assert abs(entry["mtime"] - time.time()) < 3600
        (kind,) = [each for each in (await page.sftp("list", remote()))["entries"] if each["name"] == "a"]
        assert kind["type"] == "d"
        await page.sftp("remove", remote("a/c"))
        await page.sftp("remove", remote("a"))
        assert not remote.local("a").exists()


async def test_a_long_directory(remote, serve_files):
    for number in range(3000):
        remote.local(f"file{number:04}").touch()
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        names = [entry["name"] for entry in (await page.sftp("list", remote()))["entries"]]
        assert {f"file{number:04}" for number in range(3000)} <= set(names)
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "op, name", [("list", "no"), ("get", "no"), ("stat", "no"), ("remove", "no"), ("get", "/etc/shadow"), ("put", "/x")]
)
async def test_what_is_refused(remote, serve_files, op, name):
    """The answer says why; the terminal goes on."""
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        error = await page.sftp_error(op, name if name.startswith("/") else remote(name))
        assert error["msg"], error
        await page.type("echo he''re\r")
        await page.expect("here\r\n")


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
    """A shell that echoes within a moment does so while a large file goes up and another one down."""
    content = os.urandom(24 << 20)
    remote.put("down", content)
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        async with shell(server) as carrier:
            transfers = asyncio.gather(
                carrier.download(server, remote("down")), page.upload(server, remote("up"), content)
            )
            delays = []
            while not transfers.done():
                start = time.monotonic()
                await page.type("echo ti''ck\r")
                await page.expect("tick\r\n")
                delays.append(time.monotonic() - start)
            down, _ = await transfers
    assert hashlib.sha256(down).digest() == hashlib.sha256(content).digest()
    assert remote.local("up").read_bytes() == content
    assert sorted(delays)[len(delays) // 2] < 0.2 * FACTOR, delays


# --- What the route allows.


async def test_not_at_all(remote, serve_files):
    server = serve_files(remote.sshd, enabled=False)
    async with shell(server) as page:
        assert "sftp" not in page.hello["features"]
        await page.say("sftp", op="list", id=1, path=remote())
        answer = await page.message("sftp", "error")
        assert answer.get("error") or answer.get("code"), answer


@pytest.mark.parametrize("direction, op", [("upload", "put"), ("download", "get")])
async def test_one_way(remote, serve_files, direction, op):
    remote.put("file", b"content")
    server = serve_files(remote.sshd, **{direction: False})
    async with shell(server) as page:
        assert (await page.sftp_error(op, remote("file")))["code"] == "E_POLICY"
        assert remote.local("file").read_bytes() == b"content"


async def test_one_way_down_changes_nothing(remote, serve_files):
    remote.put("file", b"content")
    server = serve_files(remote.sshd, upload=False)
    async with shell(server) as page:
        for op, fields in (("mkdir", {}), ("remove", {}), ("rename", {"to": remote("x")})):
            name = "new" if op == "mkdir" else "file"
            assert (await page.sftp_error(op, remote(name), **fields))["code"] == "E_POLICY"
        assert sorted(os.listdir(remote.local()))[-1] == "file"


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "sub/../../outside", "link/passwd"])
async def test_below_a_root(remote, serve_files, path):
    """Neither by dots nor by a link."""
    remote.local("root").mkdir()
    remote.local("root/sub").mkdir()
    remote.put("outside", b"secret")
    (remote.local("root") / "link").symlink_to("/etc")
    remote.put("root/inside", b"content")
    server = serve_files(remote.sshd, root=remote("root"))
    async with shell(server) as page:
        error = await page.sftp_error("get", path if path.startswith("/") else remote("root/" + path))
        assert error["code"], error


async def test_too_large(remote, serve_files):
    remote.put("file", bytes(200000))
    server = serve_files(remote.sshd, max_file="100 KiB")
    async with shell(server) as page:
        assert (await page.sftp_error("get", remote("file")))["code"] == "E_LIMIT"
        assert (await page.sftp_error("put", remote("new"), size=200000))["code"] == "E_LIMIT"
        # A page that says nothing of the size, or not the truth.
        answer = await page.sftp("put", remote("new"))
        async with transfer(server, answer["token"]) as other:
            with contextlib.suppress(websockets.ConnectionClosed):  # it may be stopped before the end
                await other.type(bytes(200000))
                await other.say("eof")
            await other.close_code()
            assert not [each for each in other.messages if each.get("ok")], other.messages
        assert not remote.local("new").exists() or remote.local("new").stat().st_size <= 100 << 10

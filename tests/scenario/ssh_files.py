"""Files go up and down beside the terminal, byte for byte."""

import os
import re
import time

import pytest

from harness.sshd import PROMPT
from harness.terminal import shell

pytest_plugins = ["harness.file_fixtures"]

SIZES = [0, 1, 32768, 32769, 3_000_000]


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

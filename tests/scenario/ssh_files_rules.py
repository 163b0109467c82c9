"""What a route allows of its files, and where."""

import contextlib
import os

import pytest
import websockets

from harness.terminal import shell, transfer

pytest_plugins = ["harness.file_fixtures"]


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


@pytest.fixture
def below_root(remote, serve_files):
    """A server that shows nothing but root/, in which there are links to elsewhere."""
    remote.local("root").mkdir()
    remote.local("root/sub").mkdir()
    for path in (remote.local("root"), remote.local("root/sub")):
        path.chmod(0o777)
    remote.put("outside", b"secret")
    remote.put("root/inside", b"content")
    (remote.local("root") / "link").symlink_to("/etc")
    (remote.local("root") / "out").symlink_to(remote("outside"))
    (remote.local("root") / "dangling").symlink_to(remote("nothing"))
    (remote.local("root") / "near").symlink_to("inside")
    return serve_files(remote.sshd, root=remote("root"))


@pytest.mark.parametrize(
    "path", ["../outside", "/etc/passwd", "sub/../../outside", "link/passwd", "..", "../root2", "/", "../rooted"]
)
async def test_below_a_root(remote, below_root, path):
    """Nothing of what is elsewhere, neither by dots nor by a link, whether the path is relative or not."""
    async with shell(below_root) as page:
        for op in ("get", "put", "stat", "list", "mkdir", "remove", "rename"):
            for whole in {path, path if path.startswith("/") else remote("root/" + path)}:
                error = await page.sftp_error(op, whole, **({"to": "new"} if op == "rename" else {}))
                assert error["code"] in ("E_POLICY", "E_REFUSED"), (op, whole, error)
        assert remote.local("outside").read_bytes() == b"secret"


@pytest.mark.parametrize("op", ["get", "put", "stat"])
@pytest.mark.parametrize("path", ["out", "link"])
async def test_a_link_out_of_a_root(remote, below_root, op, path):
    async with shell(below_root) as page:
        assert (await page.sftp_error(op, path))["code"] == "E_POLICY"


async def test_a_link_to_nothing_out_of_a_root(remote, below_root):
    async with shell(below_root) as page:
        assert (await page.sftp_error("put", "dangling"))["code"] in ("E_POLICY", "E_REFUSED")
        assert not remote.local("nothing").exists()


async def test_a_link_goes_without_what_it_leads_to(remote, below_root):
    async with shell(below_root) as page:
        await page.sftp("rename", "link", to="moved")
        await page.sftp("remove", "moved")
        await page.sftp("remove", "out")
        assert remote.local("outside").read_bytes() == b"secret"
        assert os.path.isdir("/etc")


@pytest.mark.parametrize("to", ["../new", "/tmp/new", "link/new", "sub/../../new"])
async def test_nothing_is_moved_out_of_a_root(remote, below_root, to):
    async with shell(below_root) as page:
        assert (await page.sftp_error("rename", "inside", to=to))["code"] == "E_POLICY"
        assert remote.local("root/inside").read_bytes() == b"content"


async def test_a_root_is_where_one_begins(remote, below_root):
    async with shell(below_root) as page:
        for path in (".", remote("root"), "sub/.."):
            names = {entry["name"] for entry in (await page.sftp("list", path))["entries"]}
            assert names == {"sub", "inside", "link", "out", "dangling", "near"}
        assert await page.download(below_root, "inside") == b"content"
        assert await page.download(below_root, "near") == b"content"
        await page.upload(below_root, "near", b"by a link")
        assert remote.local("root/inside").read_bytes() == b"by a link"
        await page.sftp("mkdir", "sub/new")
        await page.upload(below_root, "sub/new/file", b"deep")
        assert remote.local("root/sub/new/file").read_bytes() == b"deep"


async def test_a_root_may_be_a_link(remote, serve_files):
    remote.local("real").mkdir()
    remote.put("real/file", b"content")
    remote.local("root").symlink_to("real")
    server = serve_files(remote.sshd, root=remote("root"))
    async with shell(server) as page:
        assert await page.download(server, "file") == b"content"
        assert await page.download(server, remote("root/file")) == b"content"
        assert await page.download(server, remote("real/file")) == b"content"


async def test_only_files_are_files(remote, serve_files):
    """What never ends, or never begins, is not waited for."""
    os.mkfifo(remote.local("pipe"))
    remote.local("pipe").chmod(0o666)
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        for op in ("get", "put"):
            for path in (remote("pipe"), "/dev/zero", remote()):
                assert (await page.sftp_error(op, path))["code"] == "E_REFUSED"


async def test_what_grows(remote, serve_files):
    """What has no size, as the files that a kernel makes up, is bounded as well."""
    server = serve_files(remote.sshd, max_file="1 KiB")
    async with shell(server) as page:
        answer = await page.sftp("get", "/proc/cpuinfo")
        assert answer["size"] == 0
        async with transfer(server, answer["token"]) as carrier:
            assert (await carrier.message("sftp"))["error"]["code"] == "E_LIMIT"
            assert await carrier.close_code() == 1000
            assert len(carrier.received) <= 1024


async def test_a_directory_without_end(remote, serve_files):
    """As many names as one can look through, and a word that these are not all."""
    for number in range(10_001):
        remote.local(f"{number}").touch()
    server = serve_files(remote.sshd)
    async with shell(server) as page:
        answer = await page.sftp("list", remote())
        assert answer["truncated"] is True
        assert len({entry["name"] for entry in answer["entries"]}) == 10_000


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

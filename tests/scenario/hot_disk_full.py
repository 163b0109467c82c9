"""There is no room for the private copy of a plugin: what needs none goes on, and the rest waits for room."""

import os
import signal
import subprocess

import pytest

from harness.probe import CONFIG
from harness.site import Undisturbed

# A name space of its own, so that the file system goes with the server.
OWN_MOUNTS = ["unshare", "--mount", "--propagation", "private"]
SIZE = 32 << 20


def small_disk(directory):
    """A command that runs another with an empty file system of SIZE bytes at `directory`."""
    mount = f'mount -t tmpfs -o size={SIZE},mode=700 tmpfs "$0" && exec "$@"'
    return [*OWN_MOUNTS, "sh", "-c", mount, str(directory)]


def can_mount(directory) -> bool:
    return subprocess.run([*small_disk(directory), "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path, monkeypatch):
    disk = tmp_path / "disk"
    disk.mkdir()
    if not can_mount(disk):
        pytest.skip("this user may not mount anything")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(disk))
    return disk


def fill(directory):
    """A file that takes all the room there is, in a small file system and in no other."""
    system = os.statvfs(directory)
    assert system.f_blocks * system.f_frsize == SIZE, f"{directory} is not the small disk"
    filler = directory / "filler"
    with open(filler, "wb", buffering=0) as file, pytest.raises(OSError, match="No space left on device"):
        for _ in range(2 * SIZE // 4096):
            file.write(bytes(4096))
    return filler


def test_the_disk_is_full(serve, tmp_path, disk):
    site = Undisturbed(lambda config: serve(config, under=small_disk(disk)), tmp_path)
    inside = site.server.proc / "root" / str(disk)[1:]
    (copies,) = inside.iterdir()
    before = sorted(os.listdir(copies))
    filler = fill(inside)
    # What has its copy already needs no room.
    site.add_route(url="^again/", consumer="probe", config=CONFIG)
    site.wait_for_answer("?", "/again/echo")
    assert not site.refusals()

    site.put_plugin("two")
    site.wait_for_refusal(
        r"/routes\.yaml:\d+:\d+: plugin `answer` \(\S*/plugins/answer\.so\): its private copy cannot be written to "
        rf"{disk}/\S+: No space left on device: make room there$"
    )
    site.check()
    assert site.answer() == "one"
    assert sorted(os.listdir(copies)) == before

    filler.unlink()
    site.server.process.send_signal(signal.SIGHUP)
    site.wait_for_answer("two")
    assert len(site.refusals()) == 1, site.refusals()
    assert len(os.listdir(copies)) == len(before) + 1
    site.check()

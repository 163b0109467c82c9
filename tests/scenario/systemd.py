"""Sockets that systemd has bound, and what it is told: sd_listen_fds(3), sd_notify(3)."""

import os
import socket
import subprocess

import pytest

from harness.certificates import Authority, Pair
from harness.command import wharf, write
from harness.deadline import seconds
from harness.probe import ECHO, ask, probe_configuration
from harness.raw import RawClient
from harness.secure import SecureClient
from harness.server import BINARY, SANITIZER


def start(directory, config, sockets, names, **environment):
    """As systemd does it: descriptors from 3 on, and LISTEN_PID is the process itself."""
    file = write(directory, config)
    command = 'export LISTEN_PID=$$; exec "$0" serve "$1" ' + " ".join(
        f"{3 + place}<&{each.fileno()}" for place, each in enumerate(sockets)
    )
    return subprocess.Popen(
        ["bash", "-c", command, BINARY, str(file)],
        env={**os.environ, "LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": ":".join(names), **environment},
        cwd=directory,
        pass_fds=[each.fileno() for each in sockets],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process):
    process.terminate()
    _, log = process.communicate(timeout=seconds(15))
    assert process.returncode == 0 and not SANITIZER.search(log), log


@pytest.fixture
def two_sockets():
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        # Out of the way of the numbers that they are to get.
        with socket.socket(fileno=os.dup2(one.fileno(), 20)) as a, socket.socket(fileno=os.dup2(two.fileno(), 21)) as b:
            yield [a, b]


def test_it_serves_on_the_sockets_it_is_given(tmp_path, two_sockets):
    notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notices.settimeout(seconds(10))
    notices.bind(f"\0wharf-notify-{os.getpid()}")
    process = start(
        tmp_path,
        probe_configuration(listen="systemd", workers=2),
        two_sockets,
        ["web", "web"],
        NOTIFY_SOCKET=f"@wharf-notify-{os.getpid()}",
    )
    try:
        assert notices.recv(100) == b"READY=1"
        for each in two_sockets:
            for _ in range(4):
                client = RawClient(each.getsockname())
                client.upgrade(ECHO)
                assert ask(client, "hi") == "hi"
                client.close()
    finally:
        end(process)
    assert notices.recv(100) == b"STOPPING=1"
    notices.close()


def test_it_takes_those_of_a_name(tmp_path, two_sockets):
    process = start(tmp_path, probe_configuration(listen="systemd:web"), two_sockets, ["other", "web"])
    try:
        first = process.stdout.readline()
        assert f":{two_sockets[1].getsockname()[1]}/" in first
        assert "serving" not in process.stdout.readline()
    finally:
        end(process)


def test_it_speaks_tls_on_them(tmp_path, two_sockets):
    authority = Authority(tmp_path)
    listen = {"address": "systemd:web", "tls": Pair(tmp_path, authority).tls}
    process = start(tmp_path, probe_configuration(listen=listen), two_sockets, ["other", "web"])
    try:
        assert "serving https://" in process.stdout.readline()
        with SecureClient(two_sockets[1].getsockname(), authority.client()) as client:
            client.upgrade(ECHO)
            assert ask(client, "hi") == "hi"
    finally:
        end(process)


def test_without_systemd_it_says_so(tmp_path):
    write(tmp_path, probe_configuration(listen="systemd"))
    outcome = wharf("serve", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1
    assert "routes.yaml:1:9: cannot listen on systemd: systemd has passed no such socket" in outcome.stderr

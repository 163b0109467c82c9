"""What other scenarios put in the way of SSH, proven by plain sockets: each fault is the one that it says it is."""

import contextlib
import os
import socket
import threading
import time

import pytest

from harness.deadline import FACTOR, seconds, wait_until
from harness.ssh_faults import HTTP, LONG_BANNER, Impostor, Proxy, refused_port, unreachable_port


def connect(port: int, within: float = 5) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), seconds(within))


def read(connection, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        assert more, f"it ended after {len(data)} bytes"
        data += more
    return data


@pytest.fixture
def echo():
    """The port of a server that gives back what it gets."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def give_back(connection):
            with contextlib.suppress(OSError), connection:
                while data := connection.recv(1 << 16):
                    connection.sendall(data)

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=give_back, args=[connection], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_refused():
    with refused_port() as port, pytest.raises(ConnectionRefusedError):
        connect(port)


def test_unreachable():
    with unreachable_port() as port, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", port), 0.5)


def test_silent():
    with Impostor() as host, connect(host.port) as client:
        client.sendall(b"SSH-2.0-test\r\n")
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_no_ssh_server():
    with Impostor(HTTP, closes=True) as host, connect(host.port) as client:
        assert read(client, len(HTTP)) == HTTP
        assert client.recv(1) == b""


def test_a_greeting_before_all(echo):
    assert len(LONG_BANNER) > 90000 and b"SSH-" not in LONG_BANNER
    with Proxy(echo, greeting=LONG_BANNER) as proxy, connect(proxy.port) as client:
        client.sendall(b"hello")
        assert read(client, len(LONG_BANNER) + 5) == LONG_BANNER + b"hello"


def test_all_passes(echo):
    content = os.urandom(4 << 20)
    with Proxy(echo, buffer=4096) as proxy, connect(proxy.port) as client:
        threading.Thread(target=client.sendall, args=[content], daemon=True).start()
        assert read(client, len(content)) == content
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
        assert proxy.up == proxy.down == len(content)


def test_delay(echo):
    with Proxy(echo, delay=0.05) as proxy, connect(proxy.port) as client:
        for _ in range(3):
            start = time.monotonic()
            client.sendall(b"x")
            read(client, 1)
            assert 0.1 <= time.monotonic() - start < 0.1 + 2 * FACTOR


@pytest.mark.parametrize("then", ["reset", "close", "hold"])
def test_after_so_many_bytes(echo, then):
    with Proxy(echo, after=100, then=then) as proxy, connect(proxy.port) as client:
        client.sendall(b"x" * 60)
        read(client, 60)
        client.sendall(b"x" * 60)
        if then == "reset":  # it may overtake what it follows
            with pytest.raises(ConnectionResetError):
                while client.recv(40):
                    pass
            return
        read(client, 40)
        if then == "close":
            assert client.recv(1) == b""
            return
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_hold_and_release(echo):
    with Proxy(echo) as proxy, connect(proxy.port) as client:
        client.sendall(b"x")
        read(client, 1)
        proxy.hold()
        client.settimeout(0.3)
        client.sendall(b"y")
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.setblocking(False)

        def full():
            try:
                return client.send(b"z" * 65536) == 0
            except BlockingIOError:
                return True

        wait_until(full, "nobody reads")
        client.settimeout(seconds(5))
        proxy.release()
        assert read(client, 2) == b"yz"


@pytest.mark.parametrize("how", ["reset", "close"])
def test_an_end_at_will(echo, how):
    with Proxy(echo) as proxy, connect(proxy.port) as client:
        client.sendall(b"x")
        read(client, 1)
        getattr(proxy, how)()
        if how == "close":
            assert client.recv(1) == b""
        else:
            with pytest.raises(ConnectionResetError):
                client.recv(1)
        # Only what was open has ended.
        with connect(proxy.port) as other:
            other.sendall(b"x")
            read(other, 1)

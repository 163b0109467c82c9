"""Clients that do not speak the protocol: each is refused or dropped, and nobody else notices."""

import os
import random

import pytest

from harness import frame
from harness.deadline import wait_until
from harness.probe import ECHO, probe_configuration

HANDSHAKE = {"handshake": "1 s"}
CLIENT_HELLO = bytes.fromhex(
    "16030100a5010000a10303000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00002ac02bc02fc02cc030"
)


@pytest.fixture
def server(serve):
    return serve(probe_configuration(limits=HANDSHAKE))


def read_to_end(client, within=10):
    """Everything up to the end of the stream; a reset is an end."""
    data = b""
    try:
        while True:
            more = client._receive(within)
            if not more:
                return data
            data += more
    except ConnectionResetError:
        return data


def witness_is_well(witness):
    witness.say("still here")
    assert witness.text() == "still here"


@pytest.mark.parametrize(
    "data",
    [
        CLIENT_HELLO,
        b"\0",
        b"\xff" * 5000,
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b" GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n: no name\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        b"EHLO mail.test\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n",
        b"\x81\x85\0\0\0\0hello",
    ],
    ids=range(16),
)
def test_it_is_answered_with_a_refusal_or_dropped(server, data):
    witness = server.open(ECHO)
    client = server.raw()
    client.send(data)
    answer = read_to_end(client)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 505 ")), answer
    witness_is_well(witness)


def test_random_bytes(server):
    witness = server.open(ECHO)
    seed = int.from_bytes(os.urandom(4), "big")
    print("seed", seed)
    source = random.Random(seed)
    for _ in range(100):
        with server.raw() as client:
            client.send(source.randbytes(source.randrange(1, 3000)))
    witness_is_well(witness)


def test_handshakes_with_random_bytes_in_them(server):
    witness = server.open(ECHO)
    seed = int.from_bytes(os.urandom(4), "big")
    print("seed", seed)
    source = random.Random(seed)
    for _ in range(200):
        with server.raw() as client:
            data = bytearray(client.handshake(ECHO))
            for _ in range(source.randrange(1, 4)):
                data[source.randrange(len(data))] = source.randrange(256)
            client.send(bytes(data))
    witness_is_well(witness)


def test_open_sockets_with_random_frames(server):
    witness = server.open(ECHO)
    seed = int.from_bytes(os.urandom(4), "big")
    print("seed", seed)
    source = random.Random(seed)
    for _ in range(200):
        with server.open(ECHO) as client:
            data = bytearray(frame.text("x" * 200) + frame.ping("p") + frame.fragments(1, "a", "b") + frame.close(1000))
            for _ in range(source.randrange(1, 6)):
                data[source.randrange(len(data))] = source.randrange(256)
            client.send(bytes(data))
    witness_is_well(witness)


def test_half_a_request_and_then_silence(server):
    witness = server.open(ECHO)
    client = server.raw()
    client.send(client.handshake(ECHO)[:40])
    assert client.response().status == 408
    client.at_end()
    witness_is_well(witness)


def test_half_a_request_and_then_the_end(server):
    witness = server.open(ECHO)
    for cut in range(1, 100, 7):
        with server.raw() as client:
            client.send(client.handshake(ECHO)[:cut])
    witness_is_well(witness)


def test_nothing_at_all(server):
    witness = server.open(ECHO)
    client = server.raw()
    assert client.at_end(within=5) == "eof"
    witness_is_well(witness)


def test_a_head_of_a_megabyte(server):
    witness = server.open(ECHO)
    client = server.raw()
    head = client.handshake(ECHO, also=[("X-Long", "x" * (1 << 20))])
    try:
        client.send(head)
    except OSError:
        pass  # refused while we were still talking
    assert client.response().status == 431
    witness_is_well(witness)


def test_it_leaves_nothing_behind(server):
    """Descriptors return to what they were."""

    def descriptors():
        return len(os.listdir(f"/proc/{server.process.pid}/fd"))

    server.open(ECHO).close()
    before = descriptors()
    for data in [CLIENT_HELLO, b"\xff", b"GET / HTTP/1.1\r\n\r\n", b"GET /half"] * 20:
        with server.raw() as client:
            client.send(data)
    wait_until(lambda: descriptors() <= before, "all descriptors are closed")

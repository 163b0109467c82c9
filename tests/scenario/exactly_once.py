"""A storm of clients that come and go in every way: each that was connected is disconnected, once."""

import os
import random
import threading

import pytest

from harness import frame
from harness.deadline import seconds, wait_until
from harness.probe import journal, probe_configuration

CONDUCT = ["/probe/echo"] * 6 + [
    "/probe/later/accept/20",
    "/probe/later/accept/0",
    "/probe/later/reject/20",
    "/probe/never",
    "/probe/early",
    "/probe/close/4000",
    "/probe/reject/403",
]


def visit(server, source):
    """One visitor, in one of many ways."""
    client = server.raw()
    client.send(client.handshake(source.choice(CONDUCT)))
    way = source.randrange(10)
    if way == 0:
        client.abort()
        return
    if way == 1:
        client.close()
        return
    try:
        client.socket.settimeout(source.choice([0.01, 0.05, 0.2]))
        if not client.socket.recv(4096).startswith(b"HTTP/1.1 101"):
            return
        client.say(source.choice(["join g", "send g hello", "post", "pool 5", "timer 5", "flood 50 2000", "throw", "close 4000"]))
        if way == 2:
            client.abort()
        elif way == 3:
            client.send(frame.text("half", announced=500))
        elif way == 4:
            client.send(frame.text(b"\xff"))
        elif way == 5:
            client.send(frame.text("x", rsv=7))
        elif way == 6:
            client.send(frame.close(1000))
            client.socket.recv(4096)
        elif way == 7:
            client.socket.shutdown(1)
            client.socket.recv(4096)
    except OSError:
        pass
    finally:
        client.close()


@pytest.mark.parametrize("workers", [1, 4])
def test_a_storm(serve, workers):
    server = serve(probe_configuration(workers=workers, limits={"handshake": "1 s", "close": "300 ms", "ping": "500 ms"}))
    server.allow("as asked")
    seed = int.from_bytes(os.urandom(4), "big")
    print("seed", seed)
    errors = []

    def storm(number):
        source = random.Random(seed + number)
        try:
            for _ in range(60):
                visit(server, source)
        except Exception as error:  # a thread's failure is the test's
            errors.append(error)

    threads = [threading.Thread(target=storm, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds(60))
        assert not thread.is_alive(), "a visitor hangs"
    assert not errors, errors

    def rejected():
        """Those refused in connect: told nothing more."""
        return sum(1 for line in server.journal() if line.startswith("connect ") and "/reject/403" in line)

    def settled():
        found = journal(server)
        return sum(found.connected.values()) - rejected() == sum(found.disconnected.values())

    wait_until(settled, "every connection that was connected is disconnected", within=15)
    found = journal(server)
    assert set(found.connected.values()) == {1}, "a number was used twice"
    assert set(found.disconnected.values()) == {1}, "a consumer was told twice"
    assert set(found.disconnected) <= set(found.connected)
    assert len(found.disconnected) > 200
    wait_until(lambda: len(os.listdir(f"/proc/{server.process.pid}/fd")) < 100, "descriptors are closed")

"""Groups with so many members that they are written to together: with io_uring, without it, and where the kernel refuses it."""

import contextlib
import os
import sys
from pathlib import Path

import pytest

from harness import frame
from harness.probe import ECHO, ask, probe_configuration

MEMBERS = 150  # more than two batches
WITHOUT = [sys.executable, str(Path(__file__).parent / "harness" / "without_io_uring.py")]
REFUSED = "no io_uring here"


@pytest.fixture(params=["auto", "off", "refused"])
def server(serve, request):
    settings = {"io_uring": "off" if request.param == "off" else "auto", "log": "debug", "workers": 1}
    server = serve(
        probe_configuration(limits={"outbox": "16 MiB"}, **settings), under=WITHOUT if request.param == "refused" else ()
    )
    if request.param == "refused":
        server.wait_for_log(REFUSED)
    # A kernel that has none says so.
    assert rings(server) == (1 if request.param == "auto" and REFUSED not in server.log() else 0)
    return server


def rings(server) -> int:
    """How many it has open."""
    count = 0
    for link in (server.proc / "fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            count += "io_uring" in os.readlink(link)
    return count


def join(server, count):
    clients = [server.open(ECHO) for _ in range(count)]
    for client in clients:
        assert ask(client, "join g") == "OK"
    return clients


def test_everybody_gets_everything_in_order(server):
    clients = join(server, MEMBERS)
    clients[0].send(b"".join(frame.text(f"send g {number}") for number in range(200)))
    for client in clients:
        assert [client.text() for _ in range(200)] == [str(number) for number in range(200)]


def test_who_does_not_read_holds_up_nobody_and_loses_nothing(server):
    clients = join(server, 20)
    texts = [f"{number}." + "x" * (number * 997 % 100_000) for number in range(150)]
    sleeper, *others = clients
    for text in texts:
        others[0].say("send g " + text)
        for client in others:
            assert client.text() == text
    # More than the kernel keeps for it: part of one message went out, the rest waited.
    for text in texts:
        assert sleeper.text() == text


def test_members_come_and_go(server):
    clients = join(server, MEMBERS)
    for number in range(10):
        clients[number].say(f"send g {number}")
        for client in clients:
            assert client.text() == str(number)
        for client in clients[::3]:
            client.send(frame.close(1000))
            # The end of the stream comes at once, too.
            client.expect_close(1000)
            client.close()
        clients = [client for place, client in enumerate(clients) if place % 3] + join(server, (len(clients) + 2) // 3)


def test_members_that_vanish(server):
    clients = join(server, MEMBERS)
    clients[0].say("send g first")
    for client in clients:
        assert client.text() == "first"
    for client in clients[1::2]:
        client.abort()
    clients[0].say("send g second")
    for client in clients[::2]:
        assert client.text() == "second"

"""Connections whose consumer takes its time to decide."""

import time

import pytest

from harness import frame
from harness.deadline import FACTOR
from harness.probe import ECHO, journal, probe_configuration, wait_for_connects, wait_for_disconnects


@pytest.fixture
def server(serve):
    return serve(probe_configuration())


def pend(server, path):
    client = server.raw()
    client.send(client.handshake(path))
    return client


def test_accepted_later(server):
    client = pend(server, "/probe/later/accept/100")
    client.check_101(client.response())
    client.say("hi")
    assert client.text() == "hi"


def test_frames_sent_before_the_decision_are_kept(server):
    client = server.raw()
    client.send(client.handshake("/probe/later/accept/200") + frame.text("in the same packet"))
    client.send(frame.text("behind it"))
    client.check_101(client.response())
    assert client.text() == "in the same packet"
    assert client.text() == "behind it"


def test_more_than_the_server_keeps_waits_in_the_kernel(server):
    client = server.raw()
    client.send(client.handshake("/probe/later/accept/300"))
    for number in range(100):
        client.send(frame.binary(bytes([number]) * 3000))
    client.check_101(client.response())
    for number in range(100):
        assert client.frame().payload == bytes([number]) * 3000


def test_rejected_later(server):
    client = pend(server, "/probe/later/reject/50")
    response = client.response()
    assert response.status == 401
    assert b"not this time" in response.body
    client.at_end()
    # It was pending, so its consumer is told that it is over.
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_throws_later(server):
    server.allow("pending, as asked")
    client = pend(server, "/probe/later/throw/50")
    assert client.response().status == 500
    wait_for_disconnects(server, 1)


@pytest.mark.parametrize("leave", ["close", "abort"])
def test_the_client_leaves_before_the_decision(server, leave):
    client = pend(server, "/probe/never")
    wait_for_connects(server, 1)
    getattr(client, leave)()
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_the_client_leaves_and_the_decision_comes_too_late(server):
    clients = [pend(server, f"/probe/later/{decision}/300") for decision in ("accept", "reject") for _ in range(5)]
    wait_for_connects(server, 10)
    for client in clients:
        client.abort()
    found = wait_for_disconnects(server, 10)
    assert found.all_codes == [1006] * 10
    # The server is there after the timers of those who left.
    survivor = pend(server, "/probe/later/accept/400")
    survivor.check_101(survivor.response())
    assert sum(journal(server).disconnected.values()) == 10


def test_nobody_waits_for_ever(serve):
    server = serve(probe_configuration(limits={"handshake": "300 ms"}))
    start = time.monotonic()
    client = pend(server, "/probe/never")
    assert client.response().status == 503
    assert time.monotonic() - start < 5 * FACTOR
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_rejected_at_once(server):
    for status in (400, 401, 403, 404, 429, 500, 503):
        client = pend(server, f"/probe/reject/{status}/why%20it%20is")
        response = client.response()
        assert response.status == status
        assert b"why it is" in response.body
        client.at_end()
    # The consumer has spoken last: it is told nothing.
    assert not journal(server).disconnected


def test_throws_at_once(server):
    server.allow("connect, as asked")
    client = pend(server, "/probe/throw")
    assert client.response().status == 500
    client.at_end()
    assert not journal(server).disconnected


def test_what_is_sent_and_joined_within_connect(server):
    client = server.open("/probe/early")
    assert client.text() == "early"
    client.say("send early to all")
    assert client.text() == "to all"


def test_many_pending_at_once(server):
    clients = [pend(server, "/probe/later/accept/200") for _ in range(200)]
    for client in clients:
        client.check_101(client.response())
    for client in clients:
        client.close()
    wait_for_disconnects(server, 200)


def test_the_server_ends_while_some_are_pending(server):
    clients = [pend(server, "/probe/never") for _ in range(10)]
    server.open(ECHO)
    wait_for_connects(server, 11)
    server.terminate()
    for client in clients:
        assert client.response().status == 503
    assert server.wait() == 0
    codes = wait_for_disconnects(server, 11).all_codes
    assert sorted(codes)[-10:] == [1006] * 10

"""wharf.io and wharf.pool, post, and handles that outlive their connection, in the real server."""

import pytest

from harness import frame
from harness.probe import ECHO, ask, probe_configuration, wait_for_disconnects


@pytest.fixture
def server(serve):
    return serve(probe_configuration(workers=1))


def test_a_timer(server):
    assert ask(server.open(ECHO), "timer 50") == "fired"


def test_posted_work(server):
    assert ask(server.open(ECHO), "post") == "posted"


def test_blocking_work_does_not_block_the_worker(server):
    client, other = server.open(ECHO), server.open(ECHO)
    client.say("pool 500")
    assert ask(other, "meanwhile") == "meanwhile"
    assert client.text() == "pooled"
    assert client.text() == "done"


def test_a_client_that_leaves_while_its_work_runs(server):
    clients = [server.open(ECHO) for _ in range(8)]
    for client in clients:
        client.say("pool 200")
        client.say("timer 100")
        client.say("post")
        client.abort()
    wait_for_disconnects(server, 8)
    assert ask(server.open(ECHO), "pool 1") == "pooled"


def test_the_server_ends_while_work_runs(serve):
    server = serve(probe_configuration(limits={"close": "300 ms"}))
    clients = [server.open(ECHO) for _ in range(8)]
    for client in clients:
        assert ask(client, "still here") == "still here"
        client.say("pool 300")
        client.say("timer 10000")
    server.terminate()
    assert server.wait() == 0


def test_a_handle_of_somebody_who_left_is_harmless(server):
    gone = server.open(ECHO)
    gone.send(frame.close(1000))
    gone.close_status()
    wait_for_disconnects(server, 1)
    clients = [server.open(ECHO) for _ in range(3)]
    assert ask(clients[0], "stale") == "GONE"
    for client in clients:
        client.nothing_before_pong()


def test_what_waits_to_be_written_is_known(server):
    client = server.open(ECHO)
    client.send(frame.text("binary 1000") + frame.text("buffered"))
    assert len(client.frame().payload) == 1000
    assert int(client.text()) >= 0

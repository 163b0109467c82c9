"""SIGTERM and SIGINT: everybody is told, no disconnect is lost, and the server ends in time."""

import signal
import time

import pytest

from harness import frame
from harness.deadline import FACTOR, wait_until
from harness.probe import ECHO, journal, probe_configuration


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_clients_are_told_and_every_consumer_too(serve, sign):
    server = serve(probe_configuration(workers=3))
    clients = [server.open(ECHO) for _ in range(50)]
    for client in clients[::2]:
        client.say("join g")
        client.text()
    server.process.send_signal(sign)
    for client in clients:
        assert client.close_status()[0] == 1001
        client.send(frame.close(1001))
        client.at_end()
    assert server.wait() == 0
    found = journal(server)
    assert len(found.connected) == 50
    assert found.disconnected == found.connected
    assert found.all_codes == [1001] * 50


def test_instances_are_destroyed_as_often_as_created(serve):
    server = serve(probe_configuration(workers=3))
    server.terminate()
    assert server.wait() == 0
    others = journal(server).others
    assert others.count("create") == others.count("destroy") >= 6


def test_clients_that_do_not_answer_do_not_hold_it_up(serve):
    server = serve(probe_configuration(limits={"close": "500 ms"}))
    clients = [server.open(ECHO) for _ in range(20)]
    start = time.monotonic()
    server.terminate()
    assert server.wait() == 0
    assert time.monotonic() - start < 8 * FACTOR
    found = journal(server)
    assert found.disconnected == found.connected
    assert len(clients) == len(found.disconnected)


def test_what_was_sent_before_arrives_before_the_close(serve):
    server = serve(probe_configuration())
    client = server.open("/nodrain/echo")
    client.say("flood 20 100000")
    assert client.text().startswith("0.")
    server.terminate()
    for number in range(1, 20):
        assert client.text().startswith(f"{number}.")
    assert client.text() == "flooded 20"
    assert client.close_status()[0] == 1001
    client.send(frame.close(1001))
    assert server.wait() == 0


def test_it_listens_no_longer(serve):
    server = serve(probe_configuration(limits={"close": "1 min"}))
    client = server.open(ECHO)
    server.terminate()
    assert client.close_status()[0] == 1001

    def refused():
        try:
            server.raw().close()
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:  # it was waiting to be accepted as the listening socket went away
            return False
        return False

    wait_until(refused, "connections are refused")
    assert server.running
    client.send(frame.close(1001))
    assert server.wait() == 0


def test_half_a_handshake_does_not_hold_it_up(serve):
    server = serve(probe_configuration())
    client = server.raw()
    client.send(client.handshake(ECHO)[:30])
    start = time.monotonic()
    server.terminate()
    assert server.wait() == 0
    assert time.monotonic() - start < 8 * FACTOR


def test_a_second_signal_ends_it_at_once(serve):
    server = serve(probe_configuration(limits={"close": "1 min"}))
    server.expected_exit = -signal.SIGTERM
    client = server.open(ECHO)
    server.terminate()
    assert client.close_status()[0] == 1001
    server.terminate()
    assert server.wait() == -signal.SIGTERM


def test_the_same_port_can_be_used_again_at_once(serve):
    first = serve(probe_configuration())
    client = first.open(ECHO)
    host, port = first.address
    first.terminate()
    client.close_status()
    client.close()
    assert first.wait() == 0
    second = serve(probe_configuration(listen=f"{host}:{port}"))
    second.open(ECHO)

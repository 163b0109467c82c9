"""Limits of messages, memory and time, each with the code that tells a client what it ran into."""

import time

import pytest

from harness import frame
from harness.deadline import FACTOR, wait_until
from harness.frame import BINARY, CONTINUATION, TEXT, Frame
from harness.probe import ECHO, journal, probe_configuration, wait_for_disconnects

# --- limits.message


@pytest.fixture
def small(serve):
    return serve(probe_configuration(limits={"message": "1000 B"}))


def test_a_message_of_exactly_the_limit(small):
    client = small.open(ECHO)
    client.send(frame.text("x" * 1000))
    assert client.text() == "x" * 1000
    client.send(frame.fragments(TEXT, "x" * 500, "y" * 500))
    assert client.text() == "x" * 500 + "y" * 500


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_one_byte_more(small, opcode):
    client = small.open(ECHO)
    client.send(frame.frame(opcode, b"x" * 1001))
    client.expect_close(1009)
    assert wait_for_disconnects(small, 1).all_codes == [1009]


def test_over_fragments(small):
    client = small.open(ECHO)
    for _ in range(2):
        client.send(frame.frame(TEXT if _ == 0 else CONTINUATION, "x" * 500, final=False))
    client.send(frame.frame(CONTINUATION, "x"))
    client.expect_close(1009)


def test_it_is_refused_as_soon_as_it_is_announced(small):
    client = small.open(ECHO)
    client.send(frame.frame(TEXT, "x", announced=1001))
    assert client.close_status()[0] == 1009


def test_endless_fragments_of_nothing_cost_nothing(small):
    client = small.open(ECHO)
    client.send(frame.frame(TEXT, "x", final=False) + frame.frame(CONTINUATION, final=False) * 10000)
    client.send(frame.frame(CONTINUATION, "y"))
    assert client.text() == "xy"


def test_the_limit_of_a_route_wins(serve):
    config = probe_configuration(limits={"message": "1000 B"})
    config["routes"][1]["limits"] = {"message": "2000 B"}
    server = serve(config)
    client = server.open("/nodrain/echo")
    client.say("x" * 1500)
    assert client.text() == "x" * 1500
    client = server.open(ECHO)
    client.say("x" * 1500)
    client.expect_close(1009)


# --- limits.outbox: a client that does not read.

OUTBOX = {"outbox": "256 KiB"}


def test_a_slow_client_is_closed(serve):
    server = serve(probe_configuration(limits={**OUTBOX, "close": "300 ms"}))
    server.allow("does not read")
    witness = server.open("/nodrain/echo")
    client = server.open("/nodrain/echo")
    client.say("flood 1000 100000")
    wait_for_disconnects(server, 1, within=20)
    witness.say("untouched")
    assert witness.text() == "untouched"


def test_a_slow_client_that_wakes_up_reads_1013(serve):
    server = serve(probe_configuration(limits={**OUTBOX, "close": "20 s"}))
    server.allow("does not read")
    client = server.open("/nodrain/echo")
    client.say("flood 1000 100000")
    number = 0
    while True:
        found = client.frame()
        if found.opcode == frame.CLOSE:
            break
        assert found.text.startswith(f"{number}."), "a message is missing before the Close frame"
        number += 1
    assert number < 1000
    assert found.payload[:2] == (1013).to_bytes(2, "big")
    client.send(frame.close(1000))
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [1000]


def test_messages_to_a_slow_client_are_dropped_where_the_route_says_so(serve):
    server = serve(probe_configuration(limits={**OUTBOX, "slow_consumer": "drop"}))
    server.allow("does not read")
    client = server.open("/nodrain/echo")
    client.say("flood 1000 100000")
    seen = []
    while True:
        text = client.text()
        if text.startswith("flooded"):
            break
        seen.append(int(text.split(".")[0]))
        if len(seen) == 1000:
            break
    assert seen == sorted(set(seen)), "order is kept"
    assert len(seen) < 1000
    # It is open, and gets what comes later.
    client.nothing_before_pong()
    client.say("later")
    assert client.text() == "later"


def test_a_consumer_with_drain_sends_everything(serve):
    server = serve(probe_configuration(limits=OUTBOX))
    client = server.open(ECHO)
    client.say("flood 1000 50000")
    for number in range(1000):
        assert client.text().startswith(f"{number}.")
    assert client.text() == "flooded 1000"
    assert sum(journal(server).drains.values()) > 0


def test_a_consumer_with_drain_waits_for_its_client(serve):
    server = serve(probe_configuration(limits=OUTBOX))
    client = server.open(ECHO)
    client.say("flood 2000 50000")
    # 100 MB are not in the server's memory while the client sleeps.
    wait_until(lambda: client.socket.recv(1, 2), "the flood begins")
    before = server.resident_bytes()
    witness = server.open(ECHO)
    witness.say("others are served meanwhile")
    assert witness.text() == "others are served meanwhile"
    assert server.resident_bytes() - before < 20 << 20
    for number in range(2000):
        assert client.text().startswith(f"{number}.")


def test_a_message_larger_than_the_outbox(serve):
    server = serve(probe_configuration(limits={"outbox": "64 KiB", "message": "1 MiB"}))
    server.allow("can never be sent: raise limits.outbox")
    client = server.open("/nodrain/echo")
    client.send(frame.binary(b"x" * 200000))
    # A mistake of the operator's, who is told; the connection is none the worse.
    server.wait_for_log("can never be sent")
    client.say("small")
    assert client.text() == "small"


def test_an_echo_larger_than_the_socket_buffers(serve):
    server = serve(probe_configuration(limits={"message": "32 MiB", "outbox": "64 MiB"}))
    client = server.open(ECHO)
    payload = bytes(range(256)) * (1 << 16)  # 16 MiB
    client.send(frame.binary(payload))
    assert client.frame(within=20) == Frame(BINARY, payload)


# --- limits.handshake and limits.head


def test_a_silent_client_is_dropped(serve):
    server = serve(probe_configuration(limits={"handshake": "300 ms"}))
    start = time.monotonic()
    assert server.raw().at_end() == "eof"
    assert 0.2 < time.monotonic() - start < 5 * FACTOR


def test_a_client_that_dribbles_does_not_win_time(serve):
    server = serve(probe_configuration(limits={"handshake": "500 ms"}))
    client = server.raw()
    data = client.handshake(ECHO)
    start = time.monotonic()
    with pytest.raises((OSError, AssertionError)):
        for byte in data:
            client.socket.send(bytes([byte]))
            time.sleep(0.02)  # the pace of the client, not a wait for the server
        client.check_101(client.response())
    assert time.monotonic() - start < 10 * FACTOR


def test_the_handshake_deadline_does_not_touch_open_connections(serve):
    server = serve(probe_configuration(limits={"handshake": "200 ms"}))
    client = server.open(ECHO)
    client.say("timer 600")
    assert client.text() == "fired"


def test_a_head_within_the_limit(serve):
    server = serve(probe_configuration(limits={"head": "32 KiB"}))
    server.raw().upgrade(ECHO, also=[("X-Long", "x" * 30000)])


def test_a_head_over_the_limit(serve):
    server = serve(probe_configuration(limits={"head": "4 KiB"}))
    client = server.raw()
    assert client.ask(ECHO, also=[("X-Long", "x" * 5000)]).status == 431
    client.at_end()


def test_a_head_over_the_limit_that_never_ends(serve):
    server = serve(probe_configuration(limits={"head": "4 KiB"}))
    client = server.raw()
    client.send(client.handshake(ECHO, also=[("X-Long", "x" * 5000)])[:4500])
    assert client.response().status == 431


# --- limits.connections


def test_a_full_server_says_so(serve):
    server = serve(probe_configuration(limits={"connections": 3}))
    clients = [server.open(ECHO) for _ in range(3)]
    response = server.raw().ask(ECHO)
    assert response.status == 503
    assert response.first("retry-after")
    clients[0].send(frame.close(1000))
    clients[0].close_status()
    wait_for_disconnects(server, 1)
    server.open(ECHO)


# --- limits.idle, limits.ping and limits.pong


def test_an_idle_connection_is_closed(serve):
    server = serve(probe_configuration(limits={"idle": "400 ms", "ping": 0}))
    client = server.open(ECHO)
    start = time.monotonic()
    for _ in range(4):
        assert client.frame  # talk now and then: it is not idle
        client.say("timer 200")
        assert client.text() == "fired"
    assert time.monotonic() - start > 0.7
    client.expect_close(1000)
    assert wait_for_disconnects(server, 1).all_codes == [1000]


def test_pings_do_not_make_a_connection_busy(serve):
    server = serve(probe_configuration(limits={"idle": "500 ms", "ping": "100 ms", "pong": "5 s"}))
    client = server.open(ECHO)
    while True:
        found = client.frame()
        if found.opcode != frame.PING:
            break
        client.send(frame.frame(frame.PONG, found.payload))
    assert found.opcode == frame.CLOSE and found.payload[:2] == (1000).to_bytes(2, "big")


def test_a_silent_client_is_pinged_and_lives_while_it_answers(serve):
    server = serve(probe_configuration(limits={"ping": "200 ms", "pong": "1 s"}))
    client = server.open(ECHO)
    for _ in range(8):
        found = client.frame()
        assert found.opcode == frame.PING
        client.send(frame.frame(frame.PONG, found.payload))
    client.say("alive")
    assert client.text() == "alive"


def test_a_dead_client_is_found(serve):
    server = serve(probe_configuration(limits={"ping": "200 ms", "pong": "300 ms"}))
    client = server.open(ECHO)
    assert client.frame().opcode == frame.PING
    # No pong, though the socket is open.
    assert wait_for_disconnects(server, 1).all_codes == [1006]
    client.at_end()


def test_a_talking_client_is_not_pinged(serve):
    server = serve(probe_configuration(limits={"ping": "2 s", "pong": "1 s"}))
    client = server.open(ECHO)
    end = time.monotonic() + 3 * FACTOR
    while time.monotonic() < end:
        client.say("talk")
        assert client.frame() == Frame(TEXT, b"talk")


def test_a_message_is_as_good_as_a_pong(serve):
    server = serve(probe_configuration(limits={"ping": "200 ms", "pong": "600 ms"}))
    client = server.open(ECHO)
    pings = 0
    while pings < 5:
        found = client.frame()
        if found.opcode == frame.PING:
            pings += 1
            client.say("not a pong")
        else:
            assert found == Frame(TEXT, b"not a pong")


def test_no_ping_when_it_is_switched_off(serve):
    server = serve(probe_configuration(limits={"ping": 0}))
    client = server.open(ECHO)
    client.say("timer 500")
    assert client.text() == "fired"


# --- wharf.io: a consumer that stops reading.


def test_a_paused_connection_reads_nothing(serve):
    server = serve(probe_configuration())
    client = server.open(ECHO)
    client.say("pause 400")
    client.say("meanwhile")
    assert client.text() == "resumed"
    assert client.text() == "meanwhile"


def test_a_paused_connection_that_is_closed_by_its_client(serve):
    server = serve(probe_configuration())
    client = server.open(ECHO)
    client.say("pause 300")
    client.send(frame.close(1000))
    client.text()
    assert client.close_status()[0] == 1000
    assert wait_for_disconnects(server, 1).all_codes == [1000]

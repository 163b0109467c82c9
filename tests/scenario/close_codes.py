"""Who closes with which code, what the other side sees of it, and what the consumer is told (RFC 6455 section 7)."""

import asyncio
import struct

import pytest

from harness import frame
from harness.deadline import seconds
from harness.probe import ECHO, journal, probe_configuration, wait_for_disconnects


@pytest.fixture
def server(serve):
    return serve(probe_configuration())


# --- The client closes.


@pytest.mark.parametrize(
    "code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]
)
def test_a_code_of_the_client_is_echoed_and_told(server, code):
    client = server.open(ECHO)
    client.send(frame.close(code, "because"))
    assert client.close_status()[0] == code
    assert client.at_end() == "eof"
    found = wait_for_disconnects(server, 1)
    assert found.all_codes == [code]
    assert list(found.reasons.values()) == ["because"]


@pytest.mark.parametrize("code", [1012, 1013, 1014])
def test_codes_of_the_registry(server, code):
    """libwebsockets takes these for 1002, and nothing above it can tell."""
    client = server.open(ECHO)
    client.send(frame.close(code))
    assert client.close_status()[0] in (code, 1002)
    client.at_end(within=8)
    assert wait_for_disconnects(server, 1).all_codes[0] in (code, 1002)


def test_no_code_is_answered_with_none(server):
    client = server.open(ECHO)
    client.send(frame.close())
    assert client.close_status() == (None, "")
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [1005]


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
def test_codes_that_may_not_be_sent(server, code):
    client = server.open(ECHO)
    client.send(frame.close(code))
    assert client.close_status()[0] == 1002
    client.at_end(within=8)
    # Some of them reach the server as 1002: libwebsockets has rewritten them.
    assert wait_for_disconnects(server, 1).all_codes[0] in (1002, 1006)


def test_half_a_code(server):
    client = server.open(ECHO)
    client.send(frame.frame(frame.CLOSE, b"\x03"))
    assert client.close_status()[0] == 1002
    client.at_end(within=8)
    assert wait_for_disconnects(server, 1).all_codes == [1006]


@pytest.mark.parametrize("reason", [b"\xff", b"\xed\xa0\x80", b"cut off \xe4\xbd"])
def test_a_reason_that_is_not_utf8(server, reason):
    client = server.open(ECHO)
    client.send(frame.frame(frame.CLOSE, struct.pack("!H", 1000) + reason))
    assert client.close_status()[0] in (1002, 1007)
    client.at_end(within=8)
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_the_longest_reason(server):
    client = server.open(ECHO)
    client.send(frame.close(4000, "你" * 41))
    assert client.close_status()[0] == 4000
    client.at_end()
    assert list(wait_for_disconnects(server, 1).reasons.values()) == ["你" * 41]


@pytest.mark.parametrize("leave", ["close", "abort"])
def test_a_client_that_vanishes(server, leave):
    client = server.open(ECHO)
    getattr(client, leave)()
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_a_client_that_vanishes_within_a_message(server):
    client = server.open(ECHO)
    client.send(frame.text("only half of this", announced=1000))
    client.close()
    assert wait_for_disconnects(server, 1).all_codes == [1006]


async def test_a_library_client(server):
    client = await server.websocket(ECHO)
    await asyncio.wait_for(client.close(4321, "bye"), seconds(5))
    assert client.close_code == 4321
    assert wait_for_disconnects(server, 1).all_codes == [4321]


# --- The consumer closes.


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999])
def test_a_code_of_the_consumer_is_sent(server, code):
    client = server.open(ECHO)
    client.say(f"close {code} because it is so")
    assert client.close_status() == (code, "because it is so")
    client.send(frame.close(1000))
    client.at_end()
    # What the client answers is what the consumer is told.
    assert wait_for_disconnects(server, 1).all_codes == [1000]


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 70000])
def test_codes_the_consumer_may_not_send(server, code):
    server.allow("close")
    client = server.open(ECHO)
    client.say(f"close {code}")
    client.say("still open")
    assert client.text() == "still open"


async def test_a_library_client_sees_code_and_reason(server):
    client = await server.websocket(ECHO)
    await client.send("close 4000 你好")
    await asyncio.wait_for(client.wait_closed(), seconds(5))
    assert (client.close_code, client.close_reason) == (4000, "你好")
    assert wait_for_disconnects(server, 1).all_codes == [4000]


def test_closed_as_soon_as_accepted(server):
    client = server.open("/probe/close/4001/at%20once")
    assert client.close_status() == (4001, "at once")
    client.send(frame.close(4001))
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [4001]


def test_everything_sent_before_the_close_arrives_before_it(server):
    client = server.open(ECHO)
    client.send(frame.text("flood 100 10000") + frame.text("close 4000"))
    for number in range(100):
        assert client.text().startswith(f"{number}.")
    assert client.text() == "flooded 100"
    assert client.close_status()[0] == 4000


def test_nothing_is_sent_after_the_close(server):
    client = server.open(ECHO)
    client.say("after-close 4000")
    assert client.close_status() == (4000, "after-close")
    client.send(frame.close(4000))
    client.at_end()
    wait_for_disconnects(server, 1)
    assert "after-close GONE" in journal(server).others


def test_what_the_client_sends_meanwhile_is_not_delivered(server):
    client = server.open(ECHO)
    client.send(frame.text("close 4000") + frame.text("too late") + frame.binary(b"x" * 100000) + frame.close(4000))
    assert client.close_status()[0] == 4000
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [4000]


def test_a_client_that_closes_while_a_handler_runs(server):
    client = server.open(ECHO)
    client.send(frame.text("block 200") + frame.text("an answer") + frame.close(1000))
    assert client.text() == "an answer"
    assert client.close_status()[0] == 1000
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [1000]


def test_both_close_at_once(server):
    client = server.open(ECHO)
    client.send(frame.text("close 4000") + frame.close(3000))
    assert client.close_status()[0] == 4000
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [3000]


def test_a_client_that_does_not_answer_the_close(serve):
    server = serve(probe_configuration(limits={"close": "300 ms"}))
    client = server.open(ECHO)
    client.say("close 4000")
    assert client.close_status()[0] == 4000
    client.at_end(within=5)
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_a_client_that_does_not_answer_the_close_but_goes_on_talking(serve):
    server = serve(probe_configuration(limits={"close": "300 ms"}))
    client = server.open(ECHO)
    client.say("close 4000")
    assert client.close_status()[0] == 4000
    with pytest.raises(OSError):
        for _ in range(1_000_000):
            client.say("x" * 100)
    assert wait_for_disconnects(server, 1).all_codes == [1006]


# --- A handler fails.


@pytest.mark.parametrize("command", ["throw", "throw-event", "throw-timer", "throw-post"])
def test_a_handler_that_throws_ends_its_connection_alone(server, command):
    server.allow("as asked")
    other = server.open(ECHO)
    client = server.open(ECHO)
    client.say("join g")
    assert client.text() == "OK"
    client.say(command)
    assert client.close_status()[0] == 1011
    client.send(frame.close(1011))
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [1011]
    other.say("join g")
    assert other.text() == "OK"
    other.say("send g only me")
    assert other.text() == "only me"


def test_a_disconnect_handler_that_throws(server):
    server.allow("as asked")
    other = server.open(ECHO)
    client = server.open(ECHO)
    client.say("join g")
    assert client.text() == "OK"
    client.say("throw-disconnect")
    client.send(frame.close(1000))
    assert client.close_status()[0] == 1000
    wait_for_disconnects(server, 1)
    other.say("still here")
    assert other.text() == "still here"

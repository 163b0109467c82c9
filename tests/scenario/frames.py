"""Frames from clients, good and broken (RFC 6455 sections 5 to 8)."""

import pytest

from harness import frame
from harness.frame import BINARY, CLOSE, CONTINUATION, PONG, TEXT, Frame
from harness.probe import ECHO, probe_configuration, wait_for_disconnects

PROTOCOL_ERROR = (1002).to_bytes(2, "big")


@pytest.fixture
def server(serve):
    return serve(probe_configuration())


@pytest.fixture
def client(server):
    return server.open(ECHO)


def fails_with(client, code, data):
    """What a broken message leads to: the Close frame with this code, and nothing else."""
    client.send(data)
    client.expect_close(code)


# --- Messages.


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 1 << 20])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_messages_of_every_length_form(client, opcode, size):
    client.send(frame.frame(opcode, b"x" * size))
    assert client.frame() == Frame(opcode, b"x" * size)


def test_every_byte_value_in_a_binary_message(client):
    payload = bytes(range(256)) * 3
    client.send(frame.binary(payload))
    assert client.frame() == Frame(BINARY, payload)


@pytest.mark.parametrize("parts", [["a", "b"], ["", "", ""], ["a", "", "b"], ["x" * 70000, "y" * 126], list("letters")])
def test_fragments_are_joined(client, parts):
    client.send(frame.fragments(TEXT, *parts))
    assert client.frame() == Frame(TEXT, "".join(parts).encode())


def test_a_thousand_fragments(client):
    client.send(frame.fragments(BINARY, *[b"ab"] * 1000))
    assert client.frame() == Frame(BINARY, b"ab" * 1000)


def test_byte_by_byte(client):
    client.dribble(frame.fragments(TEXT, "你", "好") + frame.ping("p") + frame.binary(b"\0" * 130))
    received = [client.frame() for _ in range(3)]
    received.remove(Frame(PONG, b"p"))  # a pong may overtake
    assert received == [Frame(TEXT, "你好".encode()), Frame(BINARY, b"\0" * 130)]


def test_many_messages_in_one_packet(client):
    client.send(b"".join(frame.text(str(number)) for number in range(500)))
    assert [client.text() for _ in range(500)] == [str(number) for number in range(500)]


def test_frames_in_the_packet_of_the_handshake(server):
    client = server.raw()
    client.send(client.handshake(ECHO) + frame.text("early") + frame.fragments(TEXT, "bir", "d"))
    client.check_101(client.response())
    assert client.text() == "early"
    assert client.text() == "bird"


def test_half_a_frame_in_the_packet_of_the_handshake(server):
    client = server.raw()
    early = frame.text("in two halves")
    client.send(client.handshake(ECHO) + early[:5])
    client.check_101(client.response())
    client.send(early[5:])
    assert client.text() == "in two halves"


def test_a_broken_frame_in_the_packet_of_the_handshake(server):
    client = server.raw()
    client.send(client.handshake(ECHO) + frame.text("x", rsv=4))
    client.check_101(client.response())
    assert client.close_status()[0] == 1002


def test_big_messages_one_behind_the_other(client):
    for number in range(8):
        client.send(frame.binary(bytes([number]) * (1 << 20)))
        assert client.frame() == Frame(BINARY, bytes([number]) * (1 << 20))


# --- Ping and pong.


@pytest.mark.parametrize("payload", [b"", b"hello", bytes(range(125)), b"\xff\xfe"])
def test_a_ping_is_answered_with_its_payload(client, payload):
    client.send(frame.ping(payload))
    assert client.frame() == Frame(PONG, payload)


def test_a_pong_nobody_asked_for_is_ignored(client):
    client.send(frame.frame(PONG, b"unasked") + frame.text("next"))
    assert client.text() == "next"


def test_a_ping_between_fragments_is_answered_before_the_message(client):
    client.send(frame.frame(TEXT, "a", final=False))
    client.send(frame.ping("p"))
    assert client.frame() == Frame(PONG, b"p")
    client.send(frame.frame(CONTINUATION, "b"))
    assert client.frame() == Frame(TEXT, b"ab")


def test_a_ping_between_fragments_in_one_packet_is_answered_before_the_message(client):
    for _ in range(20):
        client.send(frame.frame(TEXT, "a", final=False) + frame.ping("p") + frame.frame(CONTINUATION, "b"))
        assert client.frame() == Frame(PONG, b"p")
        assert client.frame() == Frame(TEXT, b"ab")


def test_one_ping_after_another(client):
    for number in range(100):
        client.send(frame.ping(str(number)))
        assert client.frame() == Frame(PONG, str(number).encode())


# --- Text is UTF-8.

BAD_TEXT = [
    b"\xff",
    b"\xc3",  # cut off
    b"\xe4\xbd",  # cut off
    b"\x80",  # a continuation alone
    b"\xc0\xaf",  # longer than needed
    b"\xe0\x80\xaf",
    b"\xf0\x80\x80\xaf",
    b"\xed\xa0\x80",  # a surrogate
    b"\xed\xa0\x80\xed\xb0\x80",
    b"\xf4\x90\x80\x80",  # beyond U+10FFFF
    b"\xf8\x88\x80\x80\x80",
    b"good \xce\xba\xe1\xbd\xb9 and bad \xed\xa0\x80 and good",
]


@pytest.mark.parametrize("payload", BAD_TEXT)
def test_text_that_is_not_utf8(client, payload):
    fails_with(client, 1007, frame.text(payload))


@pytest.mark.parametrize("payload", BAD_TEXT)
def test_text_that_is_not_utf8_in_fragments(client, payload):
    fails_with(client, 1007, frame.fragments(TEXT, *[bytes([byte]) for byte in payload]))


def test_text_cut_off_before_an_empty_last_fragment(client):
    fails_with(client, 1007, frame.fragments(TEXT, b"\xe4\xbd", b""))


def test_text_fails_before_the_message_is_complete(client):
    fails_with(client, 1007, frame.frame(TEXT, b"\xed\xa0\x80", final=False))


def test_text_fails_before_the_frame_is_complete(client):
    client.send(frame.frame(TEXT, b"good\xff", announced=100000))
    assert client.close_status()[0] == 1007


@pytest.mark.parametrize("payload", ["κόσμε", "\U0010ffff", "\ud7ff\ue000", "\0", "\uffff\ufffe", "🌍"])
def test_text_at_the_edges_of_utf8(client, payload):
    data = payload.encode()
    client.send(frame.text(data))
    assert client.frame() == Frame(TEXT, data)
    client.send(frame.fragments(TEXT, *[bytes([byte]) for byte in data]))
    assert client.frame() == Frame(TEXT, data)


@pytest.mark.parametrize("payload", BAD_TEXT)
def test_binary_messages_are_any_bytes(client, payload):
    client.send(frame.binary(payload))
    assert client.frame() == Frame(BINARY, payload)


def test_a_good_message_is_answered_before_a_bad_one_ends_the_connection(client):
    client.say("good")
    assert client.text() == "good"
    fails_with(client, 1007, frame.text(b"\xff"))


# --- Frames that break the protocol.

BROKEN = {
    "reserved_bit_1": frame.text("x", rsv=4),
    "reserved_bit_2": frame.text("x", rsv=2),
    "reserved_bit_3": frame.text("x", rsv=1),
    "reserved_bits_on_a_ping": frame.ping("x", rsv=7),
    "unknown_data_opcode": frame.frame(0x3, "x"),
    "unknown_data_opcode_7": frame.frame(0x7),
    "unknown_control_opcode": frame.frame(0xB, "x"),
    "unknown_control_opcode_15": frame.frame(0xF),
    "stray_continuation": frame.frame(CONTINUATION, "x"),
    "stray_open_continuation": frame.frame(CONTINUATION, "x", final=False),
    "text_in_mid_fragment": frame.frame(TEXT, "a", final=False) + frame.text("b"),
    "binary_in_mid_fragment": frame.frame(TEXT, "a", final=False) + frame.binary(b"b"),
    "continuation_after_the_end": frame.fragments(TEXT, "a", "b") + frame.frame(CONTINUATION, "c"),
    "long_ping": frame.ping(b"x" * 126),
    "long_pong": frame.frame(PONG, b"x" * 126),
    "fragmented_ping": frame.ping("x", final=False),
}


def close_after_texts(client) -> Frame:
    """The Close frame; what came before the broken frame may still be answered."""
    while True:
        found = client.frame()
        if found.opcode != TEXT:
            assert found.opcode == CLOSE, found
            return found


@pytest.mark.parametrize("name", BROKEN)
def test_broken(server, client, name):
    client.send(BROKEN[name])
    assert close_after_texts(client).payload[:2] == PROTOCOL_ERROR
    client.close()
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_the_server_ends_the_connection_of_a_client_that_waits(server, client):
    client.send(frame.text("x", rsv=4))
    assert client.close_status()[0] == 1002
    client.at_end(within=8)
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_a_long_close_frame(server, client):
    client.send(frame.close(1000, "x" * 124))
    assert client.close_status()[0] == 1002
    client.close()
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_a_broken_frame_ends_its_sender_alone(server):
    other = server.open(ECHO)
    for data in BROKEN.values():
        with server.open(ECHO) as client:
            client.send(data)
    other.say("untouched")
    assert other.text() == "untouched"


# libwebsockets accepts frames without a mask; what matters is that nothing breaks.
def test_an_unmasked_frame_harms_nobody(server):
    other = server.open(ECHO)
    client = server.open(ECHO)
    client.send(frame.text("bare", masked=False))
    found = client.frame()
    assert found == Frame(TEXT, b"bare") or found.payload[:2] == PROTOCOL_ERROR
    other.say("untouched")
    assert other.text() == "untouched"


@pytest.mark.parametrize("announced", [1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_a_frame_that_announces_more_than_anybody_has(client, announced):
    client.send(frame.frame(BINARY, b"x", announced=announced))
    assert client.close_status()[0] in (1002, 1009)


# --- After a Close frame.


def test_text_and_close_in_one_segment(client):
    client.send(frame.text("last words") + frame.close(1000))
    assert client.text() == "last words"
    assert client.close_status() == (1000, "")
    client.at_end()


def test_fragments_and_close_in_one_segment(client):
    client.send(frame.fragments(TEXT, "last ", "words") + frame.close(1000))
    assert client.text() == "last words"
    assert client.close_status() == (1000, "")
    client.at_end()


def test_data_after_a_close_frame_is_ignored(client):
    client.send(frame.close(1000) + frame.text("too late") + frame.ping("too"))
    assert client.close_status() == (1000, "")
    client.at_end()


def test_a_second_close_frame_is_ignored(client):
    client.send(frame.close(1000) + frame.close(3000))
    assert client.close_status() == (1000, "")
    client.at_end()


def test_close_in_mid_fragment(client):
    client.send(frame.frame(TEXT, "half", final=False) + frame.close(1001))
    assert client.close_status() == (1001, "")
    client.at_end()

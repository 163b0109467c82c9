"""WebSocket frames (RFC 6455 section 5), built freely: what no library would send can be built too."""

import os
import struct
from typing import NamedTuple, Optional

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


class Frame(NamedTuple):
    opcode: int
    payload: bytes
    final: bool = True

    @property
    def text(self) -> str:
        assert self.opcode == TEXT, self
        return self.payload.decode()


def frame(opcode: int, payload=b"", *, final=True, rsv=0, masked=True, announced: Optional[int] = None) -> bytes:
    """One frame as a client sends it. `announced` claims another payload length than the real one."""
    if isinstance(payload, str):
        payload = payload.encode()
    length = len(payload) if announced is None else announced
    first = (0x80 if final else 0) | rsv << 4 | opcode
    mask_bit = 0x80 if masked else 0
    if length < 126:
        head = struct.pack("!BB", first, mask_bit | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, mask_bit | 126, length)
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, length)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    repeated = mask * (len(payload) // 4 + 1)
    # One big XOR is much faster than a loop over the bytes.
    size = len(payload)
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(repeated[:size], "big")
    return head + mask + mixed.to_bytes(size, "big")


def text(payload, **options) -> bytes:
    return frame(TEXT, payload, **options)


def binary(payload, **options) -> bytes:
    return frame(BINARY, payload, **options)


def ping(payload=b"", **options) -> bytes:
    return frame(PING, payload, **options)


def close(code: Optional[int] = None, reason="", **options) -> bytes:
    payload = b"" if code is None else struct.pack("!H", code) + reason.encode()
    return frame(CLOSE, payload, **options)


def fragments(opcode: int, *parts) -> bytes:
    """One message in several frames."""
    last = len(parts) - 1
    return b"".join(
        frame(opcode if index == 0 else CONTINUATION, part, final=index == last) for index, part in enumerate(parts)
    )


def parse(buffer: bytes):
    """The first frame of a server in `buffer` and its size, or None while it is incomplete."""
    if len(buffer) < 2:
        return None
    first, second = buffer[0], buffer[1]
    assert not second & 0x80, "the server masked a frame"
    assert not first & 0x70, "the server set a reserved bit"
    length, offset = second & 0x7F, 2
    if length == 126:
        if len(buffer) < 4:
            return None
        length, offset = struct.unpack_from("!H", buffer, 2)[0], 4
        assert length >= 126, "the server did not use the shortest length"
    elif length == 127:
        if len(buffer) < 10:
            return None
        length, offset = struct.unpack_from("!Q", buffer, 2)[0], 10
        assert length >= 1 << 16, "the server did not use the shortest length"
    if len(buffer) < offset + length:
        return None
    return Frame(first & 0x0F, bytes(buffer[offset : offset + length]), bool(first & 0x80)), offset + length

"""A client that does nothing by itself, for what well-behaved clients cannot do. Every read has a deadline."""

import base64
import hashlib
import os
import socket
import struct
from typing import NamedTuple

from . import frame as frames
from .deadline import seconds

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Response(NamedTuple):
    status: int
    fields: list  # (lower-case name, value), in order
    body: bytes

    def all(self, name: str) -> list:
        return [value for field, value in self.fields if field == name.lower()]

    def first(self, name: str, default=None):
        return (self.all(name) or [default])[0]


class RawClient:
    def __init__(self, address, source=None):
        """`address`: (host, port), or the path of a unix socket."""
        if isinstance(address, tuple):
            self.socket = socket.create_connection(address, seconds(5), source_address=source)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(seconds(5))
            self.socket.connect(address)
        self.buffer = bytearray()
        self.key = base64.b64encode(os.urandom(16)).decode()

    # --- Bytes.

    def send(self, data: bytes):
        self.socket.sendall(data)

    def dribble(self, data: bytes):
        """One byte, one segment."""
        for byte in data:
            self.socket.send(bytes([byte]))

    def _receive(self, within: float) -> bytes:
        self.socket.settimeout(seconds(within))
        return self.socket.recv(1 << 16)

    def at_end(self, within: float = 5) -> str:
        """Asserts that nothing more comes; 'eof' or 'reset'."""
        assert not self.buffer, f"unexpected: {bytes(self.buffer[:200])!r}"
        try:
            data = self._receive(within)
        except ConnectionResetError:
            return "reset"
        assert data == b"", f"unexpected: {data[:200]!r}"
        return "eof"

    def close(self):
        self.socket.close()

    def abort(self):
        """Closes with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- HTTP.

    def handshake(self, path="/", *, method="GET", version="HTTP/1.1", without=(), also=(), **replaced) -> bytes:
        """A handshake as bytes. `without`: headers to leave out; `also`: (name, value) pairs to add; keywords
        replace a value (`sec_websocket_key=…`)."""
        headers = {
            "Host": "wharf.test",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": self.key,
            "Sec-WebSocket-Version": "13",
        }
        known = {name.lower().replace("-", "_"): name for name in headers}
        for keyword, value in replaced.items():
            headers[known[keyword]] = value
        lines = [f"{method} {path} {version}".encode("latin-1")]
        pairs = [(name, value) for name, value in headers.items() if name not in without] + list(also)
        for name, value in pairs:
            lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def response(self, within: float = 5, body: bool = True) -> Response:
        """Reads one response; its body by Content-Length, or up to the end of the stream."""
        while b"\r\n\r\n" not in self.buffer:
            data = self._receive(within)
            assert data, f"the server closed instead of answering; it had said {bytes(self.buffer)!r}"
            self.buffer += data
        head, rest = bytes(self.buffer).split(b"\r\n\r\n", 1)
        status_line, *lines = head.split(b"\r\n")
        protocol, status = status_line.split(b" ")[:2]
        assert protocol == b"HTTP/1.1", status_line
        fields = []
        for line in lines:
            name, value = line.split(b":", 1)
            fields.append((name.decode().lower(), value.strip().decode("latin-1")))
        response = Response(int(status), fields, b"")
        if response.status == 101 or not body:
            self.buffer = bytearray(rest)
            return response
        length = response.first("content-length")
        while length is None or len(rest) < int(length):
            data = self._receive(within)
            if not data:
                break
            rest += data
        wanted = len(rest) if length is None else int(length)
        assert len(rest) >= wanted, f"the body ends early: {rest!r}"
        self.buffer = bytearray(rest[wanted:])
        return response._replace(body=rest[:wanted])

    def ask(self, path="/", **options) -> Response:
        """A handshake and its answer, whatever it is."""
        self.send(self.handshake(path, **options))
        return self.response()

    def get(self, path="/", method="GET", also=()) -> Response:
        """A plain request."""
        lines = [f"{method} {path} HTTP/1.1", "Host: wharf.test"] + [f"{name}: {value}" for name, value in also]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n")
        return self.response(body=method != "HEAD")

    def upgrade(self, path="/", **options) -> Response:
        """A handshake that must succeed."""
        response = self.ask(path, **options)
        self.check_101(response)
        return response

    def check_101(self, response: Response):
        assert response.status == 101, response
        accept = base64.b64encode(hashlib.sha1(self.key.encode() + GUID).digest()).decode()
        assert response.first("sec-websocket-accept") == accept
        assert response.first("upgrade").lower() == "websocket"
        assert response.first("connection").lower() == "upgrade"

    # --- WebSocket.

    def frame(self, within: float = 5) -> frames.Frame:
        while True:
            parsed = frames.parse(self.buffer)
            if parsed:
                found, size = parsed
                del self.buffer[:size]
                return found
            data = self._receive(within)
            if not data:
                raise EOFError(f"the server closed within a frame or before one: {bytes(self.buffer[:200])!r}")
            self.buffer += data

    def text(self, within: float = 5) -> str:
        return self.frame(within).text

    def say(self, message) -> None:
        self.send(frames.text(message))

    def close_status(self, within: float = 5):
        """Reads up to a Close frame, which must be next; (code or None, reason)."""
        found = self.frame(within)
        assert found.opcode == frames.CLOSE, found
        if not found.payload:
            return None, ""
        return struct.unpack("!H", found.payload[:2])[0], found.payload[2:].decode()

    def expect_close(self, code, within: float = 5) -> str:
        """The server's Close frame with this code comes next, is answered, and the stream ends."""
        found, reason = self.close_status(within)
        assert found == code, f"close code {found} ({reason!r}) instead of {code}"
        try:
            self.send(frames.close(code))
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.at_end(within)
        return reason

    def nothing_before_pong(self) -> None:
        """Asserts that no frame is on its way: the answer to a ping comes next."""
        mark = os.urandom(8)
        self.send(frames.ping(mark))
        found = self.frame()
        assert found == frames.Frame(frames.PONG, mark), found

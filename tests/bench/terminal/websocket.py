"""A WebSocket on a socket that its user looks after; Debian's `websockets` does the protocol."""

import collections
import select
import socket
import time

from websockets.client import ClientConnection
from websockets.connection import State
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

RECEIVE = 256 << 10
PATIENCE = 15


class Ended(Exception):
    """There is no more to come."""


class WebSocket:
    def __init__(self, address, path="/", subprotocols=None, headers=()):
        host, port = address
        self.socket = socket.create_connection(address, PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self.socket)
        self._out = bytearray()
        self._frames = collections.deque()
        uri = parse_uri(f"ws://{host}:{port}{path}")
        self._connection = ClientConnection(
            uri, origin=f"http://{host}:{port}", subprotocols=subprotocols, max_size=None
        )
        request = self._connection.connect()
        for name, value in headers:
            request.headers[name] = value
        self._connection.send_request(request)
        self._flush()
        end = time.monotonic() + PATIENCE
        while self._connection.state is State.CONNECTING:
            if not self._wait(end - time.monotonic()):
                raise Ended("no answer to the handshake")
        if self._connection.handshake_exc:
            raise Ended(f"the handshake was refused: {self._connection.handshake_exc}")

    def fileno(self) -> int:
        return self.socket.fileno()

    # --- What comes.

    def receive(self, within: float):
        """The next frame of data, or None when none comes in time."""
        end = time.monotonic() + within
        while not self._frames:
            if not self._wait(end - time.monotonic()) and time.monotonic() >= end:
                return None
        return self._frames.popleft()

    @property
    def at_hand(self) -> bool:
        """A frame is here already, whatever the socket says."""
        return bool(self._frames)

    def _wait(self, within: float) -> bool:
        """Until the socket has something, or takes something. False when neither happened in time."""
        self._poll.modify(self.socket, select.POLLIN | (select.POLLOUT if self._out else 0))
        happened = self._poll.poll(max(0, within) * 1000)
        for _, events in happened:
            if events & select.POLLOUT:
                self._flush()
            if events & ~select.POLLOUT:
                self._read()
        return bool(happened)

    def _read(self):
        try:
            data = self.socket.recv(RECEIVE)
        except BlockingIOError:
            return
        except ConnectionError as error:
            raise Ended(str(error)) from error
        if data:
            self._connection.receive_data(data)
        else:
            self._connection.receive_eof()
        for event in self._connection.events_received():
            if isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                self._frames.append(event)
        # Pongs, and the answer to a Close frame.
        self._flush()
        if self._connection.state is not State.OPEN and not self._frames:
            raise Ended(f"closed with {self._connection.close_code} {self._connection.close_reason!r}")

    # --- What goes.

    def send(self, data):
        """A str as a text frame, bytes as a binary one. What the socket does not take waits here."""
        if isinstance(data, str):
            self._connection.send_text(data.encode())
        else:
            self._connection.send_binary(data)
        self._flush()

    @property
    def pending(self) -> int:
        """Bytes that the socket has not taken."""
        return len(self._out)

    def _flush(self):
        for piece in self._connection.data_to_send():
            self._out += piece
        try:
            while self._out:
                del self._out[: self.socket.send(self._out)]
        except BlockingIOError:
            pass
        except ConnectionError as error:
            raise Ended(str(error)) from error

    def close(self):
        """Without a farewell."""
        self.socket.close()

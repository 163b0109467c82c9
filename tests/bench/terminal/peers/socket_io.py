"""A client of Socket.IO, on a WebSocket from the beginning.

Its libraries read on by themselves, which a page that stands still must not.
"""

import json
import re

from client import Client
from websocket import Ended, WebSocket

OPEN, PING, PONG = "0", "2", "3"
CONNECT, DISCONNECT, EVENT = "40", "41", "42"


class SocketIoClient(Client):
    """Output comes as events `data`. A subclass says what it types by, and what it begins with."""

    input_event = ""

    def __init__(self, address, path: str, namespace=""):
        super().__init__()
        # Other namespaces than the first stand before what is said in them.
        self._prefix = f"{namespace}," if namespace else ""
        self.socket = WebSocket(address, f"{path}/socket.io/?EIO=4&transport=websocket")
        assert self._packet(15).startswith(OPEN)
        self.socket.send(CONNECT + self._prefix)
        while not self._packet(15).startswith(CONNECT):
            pass

    def fileno(self):
        return self.socket.fileno()

    def _packet(self, within):
        """"" when none comes in time."""
        frame = self.socket.receive(within)
        if frame is None:
            return ""
        text = frame.data.decode()
        if text == PING:
            self.socket.send(PONG)
        elif text.startswith(DISCONNECT):
            raise Ended("the server has disconnected")
        return text

    def emit(self, event: str, *values):
        self.socket.send(EVENT + self._prefix + json.dumps([event, *values]))

    def event(self, within):
        """The next one, as [name, value…]; None when none comes in time."""
        text = self._packet(within)
        match = re.match(rf"{EVENT}{re.escape(self._prefix)}", text)
        return json.loads(text[match.end() :]) if match else None

    def _take(self, within):
        event = self.event(within)
        return event[1].encode() if event and event[0] == "data" else b""

    def type(self, data):
        self.emit(self.input_event, bytes(data).decode())

    @property
    def may_type(self):
        return self.socket.pending < 64 << 10

    def close(self):
        self.socket.close()

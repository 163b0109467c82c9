"""terminado, the terminal of Jupyter: any command in a pseudo-terminal of Python, with Tornado."""

import json
import sys
from pathlib import Path

from client import Client
from harness.port import free_port
from packages import debian_version, not_in_debian
from websocket import WebSocket

from .peer import Peer, Terminals, listens

SITE = Path(__file__).parent / "sites" / "terminado_site.py"


class TerminadoClient(Client):
    def __init__(self, address):
        super().__init__()
        self.socket = WebSocket(address, "/terminal")
        self._say("set_size", 24, 80)

    def fileno(self):
        return self.socket.fileno()

    def _say(self, *message):
        self.socket.send(json.dumps(message))

    def _take(self, within):
        frame = self.socket.receive(within)
        if frame is None:
            return b""
        kind, *values = json.loads(frame.data)
        return values[0].encode() if kind == "stdout" else b""

    def type(self, data):
        self._say("stdin", bytes(data).decode())

    @property
    def may_type(self):
        return self.socket.pending < 64 << 10

    def close(self):
        self.socket.close()


class Terminado(Peer):
    name = "terminado"
    what = "ssh(1) in a pseudo-terminal, Tornado"

    def missing(self):
        return not_in_debian("python3-terminado")

    def version(self):
        return debian_version("python3-terminado")

    def start(self, bed):
        address = ("127.0.0.1", free_port())
        command = [sys.executable, str(SITE), str(address[1]), *bed.ssh]
        started = Terminals(bed.room(), command, address, lambda server: TerminadoClient(server.address))
        started.wait(lambda: listens(address), "terminado listens")
        return started

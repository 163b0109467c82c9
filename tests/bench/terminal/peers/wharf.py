"""wharf with its consumer `paramiko`, by ssh.v1 (docs/paramiko-protocol.md)."""

import json
import subprocess

from client import Client
from harness.server import BINARY, BUILD, Server
from processes import tree
from websocket import Ended, WebSocket
from websockets.frames import Opcode

from .peer import Peer

ACK_EVERY = 64 << 10
# As many sessions as the benchmark opens, from one address.
MANY = {"sessions": 1000, "per_ip": 1000, "per_user": 1000, "auth_per_minute": 100000}


class WharfClient(Client):
    def __init__(self, server, path="/paramiko", resume=None):
        super().__init__()
        self.socket = WebSocket(server.address, path, subprotocols=["ssh.v1"])
        self.acknowledged = 0
        self._typed = self._taken = 0
        self._input_window = self._message("hello")["limits"]["stdin"]
        fields = {"resume": resume} if resume else {}
        self._say(t="connect", term="xterm-256color", cols=80, rows=24, **fields)
        ready = self._message("ready")
        self.id, self.token = ready["id"], ready.get("resume")
        self.received = self.acknowledged = ready["off"]

    def fileno(self):
        return self.socket.fileno()

    def _say(self, **message):
        self.socket.send(json.dumps(message))

    def _message(self, kind: str) -> dict:
        while True:
            frame = self.socket.receive(20)
            assert frame is not None, f"no {kind}"
            message = json.loads(frame.data)
            assert message["t"] not in ("error", "authreq"), message
            if message["t"] == kind:
                return message

    def _take(self, within):
        # What was handed out before has been taken in by now.
        if self.acks and self.received - self.acknowledged >= ACK_EVERY:
            self.acknowledge()
        frame = self.socket.receive(within)
        if frame is None:
            return b""
        if frame.opcode is Opcode.BINARY:
            return frame.data
        message = json.loads(frame.data)
        if message["t"] == "ack":
            self._taken = message["n"]
        elif message["t"] in ("error", "exit"):
            raise Ended(str(message))
        elif message["t"] == "replay":
            raise Ended(f"output is gone: {message}")
        return b""

    def acknowledge(self):
        self.acknowledged = self.received
        self._say(t="ack", n=self.received)

    def type(self, data):
        self._typed += len(data)
        self.socket.send(bytes(data))

    @property
    def may_type(self):
        return self.socket.pending < 64 << 10 and self._typed - self._taken < self._input_window - (64 << 10)

    def close(self):
        self.socket.close()


class _Running:
    def __init__(self, server: Server):
        self.server = server
        self.address = server.address

    def open(self, **options) -> WharfClient:
        return WharfClient(self, **options)

    def pids(self) -> list:
        return tree(self.server.process.pid)

    def stop(self):
        self.server.stop()


class Wharf(Peer):
    name = "wharf"
    what = "libssh2 in the server"
    share = 1

    def version(self):
        return subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def start(self, bed, port=None, **config):
        """`port`: of something before the SSH server. `config`: more of the route's."""
        known_hosts = bed.known_hosts
        if port is not None:
            known_hosts = bed.room() / "known_hosts"
            known_hosts.write_text(bed.sshd.known_hosts(port=port), encoding="ascii")
        route = {
            "target": {"host": "127.0.0.1", "port": port or bed.sshd.port, "user": bed.sshd.user.name},
            "auth": {"methods": ["publickey"], "key_file": str(bed.key.file), "prompt": False},
            "known_hosts": {"policy": "strict", "files": [str(known_hosts)]},
            "limits": MANY,
            **config,
        }
        return _Running(
            Server(
                bed.room(),
                {
                    "listen": "127.0.0.1:0",
                    "plugin_path": [str(BUILD / "plugins" / "paramiko")],
                    "auth": ["anonymous"],
                    "routes": [{"url": "^paramiko$", "consumer": "paramiko", "config": route}],
                },
            )
        )

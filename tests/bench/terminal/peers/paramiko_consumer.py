"""The original: a consumer of Django Channels with Paramiko, under daphne and with Redis."""

import json
import re
import sys
from pathlib import Path

from client import Client
from harness.channel_layer import CORE, ChannelLayer
from harness.redis import Redis
from packages import debian_version, not_in_debian
from websocket import WebSocket

from .peer import Peer, Terminals

SITE = Path(__file__).parent / "sites" / "original"
READY = re.compile(r"Listening on TCP address 127\.0\.0\.1:(\d+)")


class ParamikoClient(Client):
    def __init__(self, address, user: str):
        super().__init__()
        self.socket = WebSocket(address, "/paramiko", headers=[("X-Remote-User", user)])

    def fileno(self):
        return self.socket.fileno()

    def _take(self, within):
        frame = self.socket.receive(within)
        return b"" if frame is None else frame.data

    def type(self, data):
        self.socket.send(bytes(data).decode())

    @property
    def may_type(self):
        return self.socket.pending < 64 << 10

    def close(self):
        self.socket.close()


class _Running(Terminals):
    """With a Redis of its own, which does not count as the server's."""

    def __init__(self, bed):
        self._redis = Redis(bed.room())
        self._users = 0
        sshd = bed.sshd
        target = {"hostname": "127.0.0.1", "port": sshd.port, "username": sshd.user.name}
        target["key_filename"] = str(bed.key.file)
        environment = {
            "TARGET": json.dumps(target),
            "CHANNEL_LAYER": json.dumps(ChannelLayer(CORE, [self._redis]).django()),
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", "0", "asgi:application"]
        super().__init__(bed.room(), command, None, None, environment, SITE)
        port = self.wait(lambda: READY.search(self.log()), "daphne listens")[1]
        self.address = ("127.0.0.1", int(port))

    def open(self):
        # One user's tabs would all see the output of all.
        self._users += 1
        return ParamikoClient(self.address, f"user{self._users}")

    def stop(self):
        super().stop()
        self._redis.stop()


class ParamikoConsumer(Peer):
    name = "ParamikoConsumer"
    what = "Paramiko in the server, a thread for each terminal, Django Channels under daphne, Redis"
    share = 100

    def missing(self):
        return not_in_debian("daphne") or not_in_debian("python3-paramiko")

    def version(self):
        return f"Paramiko {debian_version('python3-paramiko')}, Channels {debian_version('python3-django-channels')}"

    def start(self, bed):
        return _Running(bed)

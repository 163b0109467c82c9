"""The original in a process of its own: tests/scenario/django_app under daphne or uvicorn."""

import http.client
import json
import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

from .channel_layer import ChannelLayer
from .deadline import seconds, wait_until
from .raw import RawClient

APPLICATION = Path(__file__).parent.parent / "django_app"
COMMANDS = {
    "daphne": ["-m", "daphne", "-b", "127.0.0.1", "-p", "0", "asgi:application"],
    "uvicorn": ["-m", "uvicorn", "--host", "127.0.0.1", "--port", "0", "--lifespan", "off", "asgi:application"],
}
READY = re.compile(r"(?:Listening on TCP address |Uvicorn running on http://)127\.0\.0\.1:(\d+)")


class DjangoSite:
    def __init__(self, directory: Path, layer: ChannelLayer, server="daphne"):
        self.log_file = directory / "log"
        self.clients = []
        environment = {**os.environ, "CHANNEL_LAYER": json.dumps(layer.django()), "PYTHONUNBUFFERED": "1"}
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *COMMANDS[server]], cwd=APPLICATION, env=environment, stdout=log, stderr=log
            )
        self.address = ("127.0.0.1", int(wait_until(self._ready, f"{server} listens", within=20)[1]))

    def _ready(self):
        assert self.process.poll() is None, f"Django ended:\n{self.log()}"
        return READY.search(self.log())

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def open(self, path="/", **options) -> RawClient:
        client = RawClient(self.address)
        self.clients.append(client)
        client.upgrade(path, **options)
        return client

    def notify(self, group: str, text: str):
        """A view sends to the group."""
        connection = http.client.HTTPConnection(*self.address, timeout=seconds(10))
        connection.request("GET", f"/notify/{group}?{urllib.parse.urlencode({'text': text})}")
        response = connection.getresponse()
        body = response.read()
        connection.close()
        assert response.status == 200, f"{response.status} {body[:300]!r}\n{self.log()}"

    def close_clients(self):
        for client in self.clients:
            client.close()
        self.clients.clear()

    def kill(self):
        """It has nothing to lose, and takes half a second to end otherwise."""
        self.close_clients()
        self.process.kill()
        self.process.wait()

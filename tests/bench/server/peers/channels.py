"""The original: Django Channels with its message consumer, under uvicorn and under Daphne."""

import json
import os
import re
import sys
from pathlib import Path

from harness.django_site import APPLICATION, READY
from packages import debian_version, not_in_debian

from .peer import Peer, Serving

SITE = Path(__file__).parent / "sites" / "channels"
MEMORY = {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 100_000}}


class Channels(Peer):
    arguments = []

    def missing(self):
        return not_in_debian(self.name) or not_in_debian("python3-django-channels")

    def version(self):
        return f"{debian_version(self.name)}, Channels {debian_version('python3-django-channels')}"

    def slowness(self, work):
        return 60

    def layer(self, bed) -> dict:
        return MEMORY

    def start(self, bed, under=()):
        environment = {
            "CHANNEL_LAYER": json.dumps(self.layer(bed)),
            "PYTHONPATH": os.pathsep.join([str(SITE), str(APPLICATION)]),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-m", self.name, *self.arguments, "asgi:application"]
        return Serving(bed.room(), command, environment, SITE, says=re.compile(READY))


class Uvicorn(Channels):
    name = "uvicorn"
    what = "Django Channels under uvicorn, memory layer"
    arguments = ["--host", "127.0.0.1", "--port", "0", "--lifespan", "off", "--log-level", "info"]
    arguments += ["--ws-ping-interval", "86400", "--no-access-log"]


class Daphne(Channels):
    name = "daphne"
    what = "Django Channels under Daphne, memory layer"
    arguments = ["-b", "127.0.0.1", "-p", "0", "--ping-interval", "86400", "-v", "1"]

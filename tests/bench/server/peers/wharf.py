"""wharf: its message consumer, and two that do the least (../consumers)."""

import re
import subprocess

import yaml

from harness.server import BINARY, BUILD

from .peer import Peer, Serving

SAYS = re.compile(r"^wharf \S+ serving http://127\.0\.0\.1:(\d+)/$", re.M)
ROUTES = {"/echo": "echo", "/relay": "relay", "/message": "message"}


class Wharf(Peer):
    name = "wharf"
    what = "consumers `echo`, `relay` and `message`; one worker"
    counts_instructions = True
    workers = 1
    io_uring = "auto"

    def version(self):
        return subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def layer(self, bed):
        return "memory"

    def configuration(self, bed) -> dict:
        return {
            "listen": "127.0.0.1:0",
            "workers": self.workers,
            "io_uring": self.io_uring,
            "plugin_path": [str(BUILD / "plugins" / "message"), str(BUILD / "tests" / "bench" / "server" / "consumers")],
            "auth": ["anonymous"],
            "channel_layer": self.layer(bed),
            # Nobody here pings while it measures. Under valgrind a handshake takes its time.
            "limits": {"ping": 0, "handshake": "5 min"},
            "routes": [{"url": f"^{path[1:]}$", "consumer": consumer} for path, consumer in ROUTES.items()],
        }

    def start(self, bed, under=()):
        room = bed.room()
        (room / "routes.yaml").write_text(yaml.safe_dump(self.configuration(bed)), encoding="utf-8")
        return Serving(room, [*under, BINARY, "serve", str(room / "routes.yaml")], says=SAYS)


class WharfTwo(Wharf):
    name = "wharf, 2 workers"
    what = "the same with two workers"
    workers = 2
    counts_instructions = False

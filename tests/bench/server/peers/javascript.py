"""Servers in JavaScript: sites/ws.mjs under Node.js, sites/bun.mjs under Bun."""

import subprocess
from pathlib import Path

from .npm import NPM
from .peer import Peer, Serving

SITES = Path(__file__).parent / "sites"


class Ws(Peer):
    name = "ws"
    what = "the npm package `ws`, its addons not installed"

    def missing(self):
        return NPM.missing("ws")

    def version(self):
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
        return f"{NPM.version('ws')}, Node.js {node}"

    def slowness(self, work):
        return 4

    def start(self, bed, under=()):
        module = NPM.modules / "ws" / "wrapper.mjs"
        return Serving(bed.room(), ["node", str(SITES / "ws.mjs"), str(module)], {"NODE_ENV": "production"})


class Bun(Peer):
    name = "bun"
    what = "`Bun.serve`, built on uWebSockets; groups by its `publish`"

    def missing(self):
        return NPM.missing("bun")

    def version(self):
        return NPM.version("bun")

    def start(self, bed, under=()):
        return Serving(bed.room(), [str(NPM.entry("bun")), str(SITES / "bun.mjs")])

"""Servers that are written here for the comparison, and built beside wharf."""

import os
from pathlib import Path

from packages import debian_version

from .peer import Peer, Serving

BUILT = Path(os.environ["WHARF_BUILD"]) / "tests/bench/server"


class Built(Peer):
    counts_instructions = True

    def start(self, bed, under=()):
        return Serving(bed.room(), [*under, str(BUILT / self.name / self.name)])


class Bare(Built):
    name = "bare"
    what = "C++ on epoll, written for the purpose: the least that can be done (bare/main.cc)"

    def version(self):
        return "this tree's"


class Textbook(Built):
    name = "textbook"
    what = "libwebsockets as its examples show it (textbook/main.cc)"

    def version(self):
        return "libwebsockets " + debian_version("libwebsockets-dev")

    def slowness(self, work):
        return 2 if work.window > 1 or work.kind == "fan-out" else 1

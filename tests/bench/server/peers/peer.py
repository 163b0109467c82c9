"""A WebSocket server, as measurements see it."""

import re

from started import Started

SERVING = re.compile(r"^serving (\d+)$", re.M)
ECHO, RELAY, MESSAGE = "/echo", "/relay", "/message"


class Peer:
    name = ""
    what = ""
    # /echo: a message comes back; /relay: a group hears it; /message: and hears it twice, as the message consumer says it
    paths = (ECHO, RELAY, MESSAGE)
    counts_instructions = False  # callgrind can run it

    def missing(self):
        """Why it cannot be had here, or None."""
        return None

    def version(self) -> str:
        raise NotImplementedError

    def slowness(self, work) -> float:
        """What is slow is given less to do."""
        return 1

    def takes(self, work) -> bool:
        """Whether it is asked at all. Twenty thousand handshakes of those that are slow take minutes."""
        return work.path in self.paths and (self.slowness(work) < 10 or work.connections + work.idle < 5000)

    def start(self, bed, under=()):
        """Returns something with `port`, `pids() -> list` and `stop()`. `under`: a command that runs the server's."""
        raise NotImplementedError


class Serving(Started):
    """A process that says on which port it serves."""

    def __init__(self, room, command: list, environment=None, cwd=None, says=SERVING):
        # Times are compared with the clock in UTC.
        super().__init__(room, command, {"TZ": "UTC", **(environment or {})}, cwd)
        try:
            self.port = int(self.wait(lambda: says.search(self.log()), "it serves")[1])
        except AssertionError:
            self.stop()
            raise

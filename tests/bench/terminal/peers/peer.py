"""A server that shows terminals, as measurements see it."""

import contextlib
import socket
from pathlib import Path

from started import Started


class Peer:
    name = ""
    what = ""  # how it reaches the SSH server
    share = 10  # the part of the large file that it gets: what is slow is given less to do

    def missing(self):
        """Why it cannot be had here, or None."""
        return None

    def version(self) -> str:
        raise NotImplementedError

    def start(self, bed, **options):
        """Returns something with `open() -> Client`, `pids() -> list` and `stop()`."""
        raise NotImplementedError

    @contextlib.contextmanager
    def running(self, bed, **options):
        server = self.start(bed, **options)
        try:
            yield server
        finally:
            server.stop()
            bed.clear()


def listens(address) -> bool:
    try:
        socket.create_connection(address, 1).close()
    except OSError:
        return False
    return True


class Terminals(Started):
    """A peer's server, which opens terminals."""

    def __init__(self, room: Path, command: list, address, open_client, environment=None, cwd=None):
        super().__init__(room, command, environment, cwd)
        self.address = address
        self._open = open_client

    def open(self):
        return self._open(self)

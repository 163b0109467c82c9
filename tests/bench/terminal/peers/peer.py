"""A server that shows terminals, as measurements see it."""

import contextlib
import os
import socket
import subprocess
from pathlib import Path

from harness.deadline import wait_until
from processes import tree


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


class Started:
    """A peer's server in a process of its own."""

    def __init__(self, room: Path, command: list, address, open_client, environment=None, cwd=None):
        self.address = address
        self._open = open_client
        self.log_file = room / "log"
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=cwd or room,
                env={**os.environ, **(environment or {})},
            )

    def wait(self, condition, what: str):
        def happened():
            assert self.process.poll() is None, f"it ended:\n{self.log()[-1000:]}"
            return condition()

        return wait_until(happened, what, within=30)

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def open(self):
        return self._open(self)

    def pids(self) -> list:
        return tree(self.process.pid)

    def stop(self):
        left = self.pids() if self.process.poll() is None else []
        self.process.kill()
        self.process.wait()
        for pid in left[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)

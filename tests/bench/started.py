"""A server in a process of its own, with what it has started."""

import contextlib
import os
import subprocess
from pathlib import Path

from harness.deadline import wait_until
from processes import tree


class Started:
    def __init__(self, room: Path, command: list, environment=None, cwd=None):
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

        return wait_until(happened, what, within=60)

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def pids(self) -> list:
        return tree(self.process.pid)

    def stop(self):
        left = self.pids() if self.process.poll() is None else []
        self.process.kill()
        self.process.wait()
        for pid in left[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)

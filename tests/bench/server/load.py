"""The load as a process: opened, told to run, told to close."""

import json
import os
import selectors
import subprocess
from pathlib import Path
from typing import NamedTuple

PROGRAM = Path(os.environ["WHARF_BUILD"]) / "tests/bench/server/load/load"
PATIENCE = 300


class Failed(Exception):
    """A server has answered wrongly, or not at all."""


class Work(NamedTuple):
    """What the load does: see load/main.cc."""

    name: str
    kind: str
    path: str
    connections: int
    messages: int = 0
    window: int = 1
    size: int = 64
    idle: int = 0
    rate: int = 1000
    headers: tuple = ()  # lines of the handshake

    @property
    def pair(self) -> bool:
        return self.path == "/message"

    @property
    def answers(self) -> int:
        """What comes back for a message: one answer, or one for each member."""
        return self.connections if self.kind == "fan-out" else 1

    def scaled(self, factor: float) -> "Work":
        """More or less of the same, and at least one message for each connection that talks."""
        talkers = self.connections if self.kind == "echo" else 1
        messages = max(int(self.messages * factor) // talkers, min(2 * self.window, 8)) * talkers
        return self._replace(messages=messages)


class Load:
    """Its connections are open while it is entered."""

    def __init__(self, port: int, work: Work, warm_up: float = 0.2):
        """`warm_up`: this part of the messages is said before anything is measured."""
        talkers = work.connections if work.kind == "echo" else 1
        early = max(int(work.messages * warm_up) // talkers, 1) * talkers if work.messages else 0
        command = [PROGRAM, work.kind, *(["--pair"] if work.pair else [])]
        options = {
            "port": port,
            "path": work.path,
            "connections": work.connections,
            "messages": work.messages,
            "warm-up": early,
            "window": work.window,
            "size": work.size,
            "idle": work.idle,
            "rate": work.rate,
        }
        words = [f"--{name}={value}" for name, value in options.items()]
        words += [f"--header={line}" for line in work.headers]
        self._has_run = False
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",  # it shows what it has heard
        )

    def __enter__(self):
        try:
            self._expect("ready")
        except BaseException:
            self._end()
            raise
        return self

    def run(self) -> dict:
        self._has_run = True
        self._tell()
        return json.loads(self._line())

    def __exit__(self, kind, error, trace):
        try:
            if error is None:
                if not self._has_run:
                    self.run()
                self._tell()
                self._expect("clean")
        finally:
            self._end()

    def _tell(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(PATIENCE):
                raise Failed(f"the load is not done after {PATIENCE} s")
        line = self._process.stdout.readline().strip()
        if not line:
            raise Failed(self._process.stderr.read().strip() or "the load has ended")
        return line

    def _expect(self, word: str):
        line = self._line()
        assert line == word, line

    def _end(self):
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

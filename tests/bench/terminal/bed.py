"""The far end that all of them reach: an OpenSSH server of the benchmark's own, with a user and a large file."""

import contextlib
import mmap
import subprocess
from pathlib import Path

from harness.ssh_keys import Key
from harness.sshd import PROMPT, Sshd, User

SHELL = PROMPT.encode()
# Lines of nine digits that count: each byte tells where it belongs, and no decoder of characters changes any.
FIRST_LINE, LINE_BYTES = 100_000_000, 10
# The terminal gives back every byte that is typed.
ECHO = "stty raw -echo; printf 'rea''dy'; cat"
READY = b"ready"

SSH_CONFIG = """\
Host bed
  HostName 127.0.0.1
  Port {port}
  User {user}
  IdentityFile {key}
  IdentitiesOnly yes
  UserKnownHostsFile {known_hosts}
  StrictHostKeyChecking yes
  BatchMode yes
  EscapeChar none
  LogLevel ERROR
"""


class Bed:
    def __init__(self, directory: Path, megabytes: int, ends: contextlib.ExitStack):
        self.directory = directory
        self._rooms = 0
        self.key = Key(self.room() / "key")
        self.sshd = Sshd(self.room(), User(keys=(self.key,)), MaxStartups="400:30:800")
        ends.callback(self.sshd.stop)
        self.known_hosts = self.room() / "known_hosts"
        self.known_hosts.write_text(self.sshd.known_hosts(), encoding="ascii")
        self.ssh_config = self.room() / "ssh_config"
        self.ssh_config.write_text(
            SSH_CONFIG.format(
                port=self.sshd.port, user=self.sshd.user.name, key=self.key.file, known_hosts=self.known_hosts
            ),
            encoding="ascii",
        )
        self._write_content(megabytes)

    def _write_content(self, megabytes: int):
        file = self.sshd.home() / "content"
        lines = (megabytes << 20) // LINE_BYTES
        with open(file, "wb") as output:
            subprocess.run(["seq", str(FIRST_LINE), str(FIRST_LINE + lines - 1)], stdout=output, check=True)
        with open(file, "rb") as content:
            self.content = mmap.mmap(content.fileno(), 0, prot=mmap.PROT_READ)

    def room(self) -> Path:
        """A new directory."""
        self._rooms += 1
        room = self.directory / str(self._rooms)
        room.mkdir()
        return room

    @property
    def ssh(self) -> list:
        """The command of whoever starts ssh(1) for each terminal."""
        return ["ssh", "-F", str(self.ssh_config), "-tt", "bed"]

    def only(self, name: str):
        """The one process of the sessions with this name."""
        return self.sshd.wait_for(name)[0]

    def clear(self):
        """Ends all sessions, so that the next measurement finds none."""
        self.sshd.kill_sessions()


class Check:
    """Compares what comes with what was sent, piece by piece."""

    def __init__(self, content):
        self._content = content
        self.size = 0

    def add(self, piece: bytes):
        begin, self.size = self.size, self.size + len(piece)
        expected = self._content[begin : self.size]
        if piece != expected:
            wrong = next(
                (index for index, (one, other) in enumerate(zip(piece, expected)) if one != other), len(expected)
            )
            raise AssertionError(f"wrong bytes from byte {begin + wrong} on: {piece[wrong:][:24]!r}")

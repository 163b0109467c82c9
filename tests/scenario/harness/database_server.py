"""What the databases of tests have in common: a directory that goes away, and an unprivileged user."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from .deadline import seconds, wait_until


class DatabaseServer:
    """A heir says what makes the files, what serves them and what is asked; see Postgres."""

    name = ""
    stop_signal = signal.SIGTERM

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="wharf-db-"))
        self.as_user = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.directory, nobody.pw_uid, nobody.pw_gid)
            self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.directory.chmod(0o755)
        self.log_file = self.directory / "log"
        self.process = None
        self.make_files()
        self.start()
        self.make_database()

    def make_files(self):
        raise NotImplementedError

    def make_database(self):
        raise NotImplementedError

    def command(self) -> list:
        """Of the server."""
        raise NotImplementedError

    def probe(self) -> list:
        """A command that succeeds when the server answers."""
        raise NotImplementedError

    def run(self, *command):
        done = subprocess.run(
            command, cwd=self.directory, capture_output=True, timeout=seconds(60), check=False, **self.as_user
        )
        assert done.returncode == 0, done.stderr.decode()

    def start(self):
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=self.directory, stdout=log, stderr=log, **self.as_user
            )
        wait_until(self._ready, f"{self.name} answers", within=30)

    def _ready(self) -> bool:
        assert self.process.poll() is None, self.log_file.read_text(encoding="utf-8")
        asked = subprocess.run(
            self.probe(), capture_output=True, timeout=seconds(10), check=False, **self.as_user
        )
        return asked.returncode == 0

    def stop(self):
        """At once, whoever is connected."""
        self.process.send_signal(self.stop_signal)
        self.process.wait(seconds(20))

    def pause(self):
        """It takes connections, in the kernel, and answers nothing; so does whoever serves them."""
        for process in self._family():
            os.kill(process, signal.SIGSTOP)

    def go_on(self):
        for process in self._family():
            os.kill(process, signal.SIGCONT)

    def _family(self) -> list:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [self.process.pid, *map(int, children.split())]

    def remove(self):
        if self.process is not None and self.process.poll() is None:
            self.go_on()
            self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

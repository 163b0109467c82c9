"""A PostgreSQL of the test's own: on a unix socket in a directory that goes away, as an unprivileged user."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from .deadline import seconds, wait_until

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]


class Postgres:
    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="wharf-pg-"))
        self.as_user = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.directory, nobody.pw_uid, nobody.pw_gid)
            self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.directory.chmod(0o755)
        self.log_file = self.directory / "log"
        self._run("initdb", "-D", str(self.directory / "data"), "-U", "django", "-A", "trust", "--no-sync")
        self.process = None
        self.start()
        self._run("createdb", "-h", str(self.directory), "-U", "django", "site")

    def _run(self, program: str, *arguments):
        done = subprocess.run(
            [PROGRAMS / program, *arguments], cwd=self.directory, capture_output=True, timeout=seconds(60),
            check=False, **self.as_user,
        )
        assert done.returncode == 0, done.stderr.decode()

    def start(self):
        command = [
            PROGRAMS / "postgres", "-D", self.directory / "data", "-k", self.directory, "-c", "listen_addresses=",
            "-c", "fsync=off", "-c", "max_connections=30",
        ]
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(command, cwd=self.directory, stdout=log, stderr=log, **self.as_user)
        wait_until(self._ready, "PostgreSQL answers", within=30)

    def _ready(self) -> bool:
        assert self.process.poll() is None, self.log_file.read_text(encoding="utf-8")
        asked = subprocess.run(
            [PROGRAMS / "pg_isready", "-q", "-h", self.directory], timeout=seconds(10), check=False
        )
        return asked.returncode == 0

    def stop(self):
        """At once, whoever is connected."""
        self.process.send_signal(signal.SIGINT)
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

    def sql(self, text: str):
        self._run("psql", "-h", str(self.directory), "-U", "django", "-v", "ON_ERROR_STOP=1", "-c", text, "site")

    def remove(self):
        if self.process.poll() is None:
            self.go_on()
            self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def django(self) -> dict:
        return {
            "ENGINE": "django.db.backends.postgresql", "NAME": "site", "USER": "django", "HOST": str(self.directory)
        }

    def wharf(self) -> dict:
        return {"engine": "postgresql", "name": "site", "user": "django", "host": str(self.directory)}

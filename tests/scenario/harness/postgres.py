"""A PostgreSQL of the test's own, on a unix socket."""

import re
import signal
from pathlib import Path

from .database_server import DatabaseServer

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]


class Postgres(DatabaseServer):
    name = "PostgreSQL"
    stop_signal = signal.SIGINT

    def make_files(self):
        data = str(self.directory / "data")
        self.run(PROGRAMS / "initdb", "-D", data, "-U", "django", "-A", "trust", "--no-sync")

    def make_database(self):
        self.run(PROGRAMS / "createdb", "-h", str(self.directory), "-U", "django", "site")

    def command(self) -> list:
        return [
            PROGRAMS / "postgres", "-D", self.directory / "data", "-k", self.directory, "-c", "listen_addresses=",
            "-c", "fsync=off", "-c", "max_connections=30", "-c", "log_line_prefix=%a ", "-c", "log_statement=all",
        ]

    def probe(self) -> list:
        return [PROGRAMS / "pg_isready", "-q", "-h", self.directory]

    def sql(self, text: str):
        self.run(
            PROGRAMS / "psql", "-h", str(self.directory), "-U", "django", "-v", "ON_ERROR_STOP=1", "-c", text, "site"
        )

    def looked_up(self, key: str) -> int:
        """How often wharf has asked for that session."""
        pattern = rf"^wharf LOG: .*\n^wharf DETAIL: .*'{re.escape(key)}'"
        return len(re.findall(pattern, self.log_file.read_text(encoding="utf-8"), re.MULTILINE))

    def django(self) -> dict:
        return {
            "ENGINE": "django.db.backends.postgresql", "NAME": "site", "USER": "django", "HOST": str(self.directory)
        }

    def wharf(self) -> dict:
        return {"engine": "postgresql", "name": "site", "user": "django", "host": str(self.directory)}

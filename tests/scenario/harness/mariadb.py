"""A MariaDB of the test's own, on a unix socket."""

from .database_server import DatabaseServer

PASSWORD = "it's one with a \\ and a blank"


class MariaDb(DatabaseServer):
    name = "MariaDB"

    def make_files(self):
        # Debian's own configuration names the files of the system's server.
        self.run(
            "mariadb-install-db", "--no-defaults", f"--datadir={self.directory / 'data'}",
            "--auth-root-authentication-method=normal", "--skip-test-db",
        )

    def make_database(self):
        self.sql("create database site character set utf8mb4")
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "''")
        self.sql(f"create user django identified by '{quoted}'; grant all on site.* to django")

    @property
    def socket(self) -> str:
        return str(self.directory / "socket")

    def command(self) -> list:
        return [
            "mariadbd", "--no-defaults", f"--datadir={self.directory / 'data'}", f"--socket={self.socket}",
            f"--pid-file={self.directory / 'pid'}", "--skip-networking", "--innodb-flush-log-at-trx-commit=0",
        ]

    def probe(self) -> list:
        return ["mariadb-admin", "--no-defaults", f"--socket={self.socket}", "--user=root", "--silent", "ping"]

    def sql(self, text: str):
        self.run("mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", f"--execute={text}")

    def django(self) -> dict:
        return {
            "ENGINE": "django.db.backends.mysql", "NAME": "site", "USER": "django",
            "PASSWORD": PASSWORD, "HOST": self.socket,
        }

    def wharf(self) -> dict:
        password = self.directory / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        return {
            "engine": "mysql", "name": "site", "user": "django", "password": {"file": str(password)},
            "host": self.socket,
        }

"""A Django with users and sessions: tests/scenario/django_accounts under daphne, and a browser's part."""

import http.client
import http.cookies
import json
import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

from .deadline import seconds, wait_until

APPLICATION = Path(__file__).parent.parent / "django_accounts"
SECRET = "for accounts on loopback only"
READY = re.compile(r"Listening on TCP address 127\.0\.0\.1:(\d+)")


class AccountsSite:
    """`database`: an entry of DATABASES, by default a SQLite file; keywords add settings."""

    def __init__(self, directory: Path, engine="db", database=None, **settings):
        self.directory = directory
        self.log_file = directory / "log"
        self.database = database or {"ENGINE": "django.db.backends.sqlite3", "NAME": str(directory / "db.sqlite3")}
        site = {"SECRET_KEY": SECRET, "engine": engine, "DATABASE": self.database, **settings}
        self.environment = {
            **os.environ,
            "SITE": json.dumps(site),
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONUNBUFFERED": "1",
        }
        self.process = None
        self._run("-m", "django", "migrate", "--run-syncdb", "--verbosity", "0")
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", "0", "asgi:application"],
                cwd=APPLICATION, env=self.environment, stdout=log, stderr=log,
            )
        self.port = int(wait_until(self._ready, "daphne listens", within=60)[1])

    def _run(self, *arguments):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=APPLICATION, env=self.environment, capture_output=True,
            timeout=seconds(60), check=False,
        )
        assert done.returncode == 0, done.stderr.decode()

    def _ready(self):
        assert self.process.poll() is None, f"Django ended:\n{self.log()}"
        return READY.search(self.log())

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str, cookie="", **query):
        """(status, body, cookies that were set)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds(20))
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        connection.request("GET", target, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        body = response.read().decode()
        cookies = http.cookies.SimpleCookie()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookies.load(value)
        connection.close()
        assert response.status < 500, f"{response.status}\n{self.log()}"
        return response.status, body, cookies

    def set_user(self, name: str, **values) -> str:
        """Answers with the primary key."""
        status, body, _ = self.get(f"/user/{name}", **values)
        assert status == 200
        return body

    def delete_user(self, name: str):
        assert self.get(f"/delete/{name}")[0] == 200

    def log_in(self, name: str, password: str, **query) -> str:
        """The Cookie header that a browser sends from then on."""
        status, _, cookies = self.get("/login", user=name, password=password, **query)
        assert status == 200, f"{name} is not let in"
        return f"sessionid={cookies['sessionid'].value}"

    def who(self, cookie: str) -> str:
        return self.get("/who", cookie)[1]

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def django(site: AccountsSite, **settings) -> dict:
    """What `auth:` says of that site. An answer is not remembered, unless a test asks for it."""
    secret = site.directory / "secret_key"
    if not secret.exists():  # a server may be reading it
        secret.write_text(SECRET + "\n", encoding="utf-8")
    database = {"engine": "sqlite3", "name": site.database["NAME"]}
    known = {"secret_key": {"file": str(secret)}, "database": database, "remember": 0, "timeout": "20 s"}
    return {"django": {**known, **settings}}


def page(cookie: str) -> list:
    """What a browser sends for a page of the site. Without its origin, a cookie counts for nothing."""
    return [("Origin", "http://wharf.test"), ("Cookie", cookie)]

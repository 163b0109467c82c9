"""wharf with each of its ways to know who somebody is, and the original: Daphne with AuthMiddlewareStack."""

import time
from pathlib import Path

import jwt

from harness.accounts_site import SECRET
from harness.port import free_port

from .nchan import Nginx, nginx_command
from .peer import ECHO, Peer
from .wharf import Wharf

KEY = "a secret of thirty-two bytes, or more"


def token(name: str) -> str:
    return jwt.encode({"sub": name, "exp": int(time.time()) + 86400}, KEY, "HS256")


class KnownTo(Wharf):
    """Lets in whom the first of `auth` knows, and nobody else."""

    paths = (ECHO,)

    def __init__(self, name: str, what: str, auth: list):
        self.name = f"wharf, {name}"
        self.what = what
        self._auth = auth

    def configuration(self, bed):
        configuration = super().configuration(bed)
        configuration["auth"] = self._auth
        # The page's own address is not the server's.
        configuration["origins"] = "*"
        if self._auth != ["anonymous"]:
            for route in configuration["routes"]:
                route["require"] = "user"
        return configuration


class Daphne(Peer):
    """The site itself, which is running."""

    name = "daphne"
    what = "the session, by AuthMiddlewareStack"
    paths = (ECHO,)

    def __init__(self, site):
        self._site = site

    def slowness(self, work):
        return 10

    def start(self, bed, under=()):
        return Running(self._site)


class Running:
    """Somebody else ends it."""

    def __init__(self, site):
        self.port = site.port
        self._pid = site.process.pid

    def pids(self) -> list:
        return [self._pid]

    def stop(self):
        pass


ENDPOINT = """\
daemon off;
worker_processes 1;
pid {room}/pid;
error_log {room}/error.log;
events {{ worker_connections 1000; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port};
    location = /who {{
      add_header X-Remote-User alice;
      return 204;
    }}
  }}
}}
"""


def start_endpoint(room: Path) -> Nginx:
    """Somebody who says over HTTP who everybody is: alice."""
    port = free_port()
    (room / "nginx.conf").write_text(ENDPOINT.format(room=room, port=port), encoding="utf-8")
    return Nginx(room, nginx_command(room), port)


def contenders(site, postgres, endpoint: Nginx, directory: Path) -> list:
    secret, key = directory / "secret_key", directory / "key"
    secret.write_text(SECRET, encoding="utf-8")
    key.write_text(KEY, encoding="utf-8")
    django = {"secret_key": {"file": str(secret)}, "database": postgres.wharf()}
    forward = {"url": f"http://127.0.0.1:{endpoint.port}/who", "remember": 0}
    return [
        KnownTo("anonymous", "anybody", ["anonymous"]),
        KnownTo("jwt", "a token, HS256", [{"jwt": {"secret": {"file": str(key)}}}]),
        KnownTo("django", "the session, remembered for 1 s", [{"django": django}]),
        KnownTo("django, remember: 0", "the session, never remembered", [{"django": {**django, "remember": 0}}]),
        KnownTo("forward, remember: 0", "nginx, its answers never remembered", [{"forward": forward}]),
        Daphne(site),
    ]

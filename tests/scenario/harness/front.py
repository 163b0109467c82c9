"""Reverse proxies in front of servers: Debian's nginx and haproxy, with configurations of the test's own."""

import shutil
import socket
import subprocess
from pathlib import Path

from .deadline import seconds, wait_until
from .port import free_port

NGINX = """\
daemon off;
worker_processes 1;
user {user};
pid {directory}/pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  server {{
    listen 127.0.0.1:{port}{how};
{server}
  }}
}}
"""

# The part of docs/operators.md on nginx.
TO_WHARF = """\
    location {place} {{
      proxy_pass http://{target};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      {more}
    }}
"""

HAPROXY = """\
defaults
  timeout connect 10s
  timeout client 1m
  timeout server 1m
listen front
  bind 127.0.0.1:{port}
{lines}
"""


class Front:
    """A proxy that listens on `port` of 127.0.0.1."""

    def __init__(self, directory: Path, command: list, port: int):
        self.port = port
        self.address = ("127.0.0.1", port)
        self.log_file = directory / "log"
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(command, cwd=directory, stdout=log, stderr=log)
        wait_until(self._listens, f"{command[0]} listens")

    def _listens(self) -> bool:
        assert self.process.poll() is None, self.log_file.read_text(encoding="utf-8")
        try:
            socket.create_connection(self.address, seconds(1)).close()
        except OSError:
            return False
        return True

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(seconds(10))
        finally:
            self.process.kill()
            self.process.wait()


def to_wharf(place: str, target: str, more="") -> str:
    """A location of nginx that leads to the server at `target`, "host:port" or "unix:/path"."""
    return TO_WHARF.format(place=place, target=target, more=more)


def nginx(directory: Path, server: str, how="") -> Front:
    """`server`: the lines of its server block. `how`: more of its `listen`."""
    port = free_port()
    file = directory / "nginx.conf"
    # A user of its own matters to root only, whose directory others cannot write to.
    text = NGINX.format(directory=directory, user="root", port=port, how=how, server=server)
    file.write_text(text, encoding="utf-8")
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    return Front(directory, [binary, "-p", str(directory), "-c", str(file)], port)


def haproxy(directory: Path, *lines: str) -> Front:
    """`lines`: of its only `listen` section."""
    port = free_port()
    file = directory / "haproxy.cfg"
    file.write_text(HAPROXY.format(port=port, lines="\n".join(f"  {line}" for line in lines)), encoding="utf-8")
    return Front(directory, [shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", str(file)], port)

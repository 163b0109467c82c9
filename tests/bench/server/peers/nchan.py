"""nchan: publish and subscribe as a module of nginx. It delivers what it is given, so it only relays."""

import shutil
import socket

from harness.port import free_port
from packages import debian_version, not_in_debian
from started import Started

from .peer import RELAY, Peer

CONFIGURATION = """\
load_module modules/ngx_nchan_module.so;
daemon off;
worker_processes 1;
user root;
pid {room}/pid;
error_log {room}/error.log;
events {{ worker_connections 20000; }}
http {{
  access_log off;
  client_body_temp_path {room}/body;
  proxy_temp_path {room}/proxy;
  fastcgi_temp_path {room}/fastcgi;
  uwsgi_temp_path {room}/uwsgi;
  scgi_temp_path {room}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location = /relay {{
      nchan_pubsub websocket;
      nchan_channel_id relay;
      nchan_subscriber_first_message newest;
      nchan_message_buffer_length 1000;
    }}
  }}
}}
"""


class Nchan(Peer):
    name = "nchan"
    what = "nginx with its module nchan, one worker process"
    paths = (RELAY,)

    def missing(self):
        return not_in_debian("libnginx-mod-nchan")

    def version(self):
        return f"{debian_version('libnginx-mod-nchan')}, nginx {debian_version('nginx')}"

    def slowness(self, work):
        return 4

    def start(self, bed, under=()):
        room, port = bed.room(), free_port()
        (room / "nginx.conf").write_text(CONFIGURATION.format(room=room, port=port), encoding="utf-8")
        (room / "modules").symlink_to("/usr/lib/nginx/modules")
        return Nginx(room, nginx_command(room), port)


def nginx_command(room) -> list:
    return [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(room), "-c", str(room / "nginx.conf")]


class Nginx(Started):
    def __init__(self, room, command: list, port: int):
        super().__init__(room, command)
        self.port = port
        self.wait(self._listens, "nginx listens")

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

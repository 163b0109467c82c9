"""The HTTP server of an operator's site that says who a visitor is: Python's own, which answers as a test wants."""

import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import NamedTuple

from .deadline import seconds, wait_until


class Request(NamedTuple):
    method: str
    path: str
    headers: dict  # by lower-case name


class Reply(NamedTuple):
    status: int = 200
    headers: list = []  # of (name, value)
    body: bytes = b""


def user(name: str, **more) -> Reply:
    """The answer that names somebody, in the default header."""
    return Reply(headers=[("X-Remote-User", name), *more.items()])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # a connection stays open

    def do_GET(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.owner.serve(self, Request(self.command, self.path, headers))

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Listener(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, owner, address, tls):
        self.owner = owner
        self.tls = tls
        if isinstance(address, str):
            self.address_family = socket.AF_UNIX
        super().__init__(address, Handler)

    def server_bind(self):
        # HTTPServer's own takes the address for a host and a port.
        socketserver.TCPServer.server_bind(self)

    def get_request(self):
        connection, address = super().get_request()
        return self.owner.accepted(connection, self.tls), address

    def handle_error(self, *_):
        pass  # whoever asked has gone


class Endpoint:
    """`answer(request)` makes a Reply, or takes the handler as its second argument and writes for itself."""

    def __init__(self, address=("127.0.0.1", 0), tls=None):
        """`address`: (host, port), or the path of a unix socket. `tls`: an ssl.SSLContext."""
        self.address = address
        self.tls = tls
        self.answer = lambda request: Reply()
        self.requests = []
        self.connections = []
        self.under_way = 0
        self.most_under_way = 0
        self.changed = threading.Condition()
        self.held = False
        self.listener = None
        self.start()

    # --- Its life.

    def start(self):
        self.listener = Listener(self, self.address, self.tls)
        self.address = self.listener.server_address
        threading.Thread(target=self.listener.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        """Nobody listens there any more, and what was connected is not."""
        self.release()
        self.listener.shutdown()
        self.listener.server_close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # closed before
                pass

    @property
    def url(self) -> str:
        if isinstance(self.address, str):
            return "http://site.test/who"
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.address[1]}/who"

    # --- What it does.

    def hold(self):
        """Requests are not answered until release()."""
        self.held = True

    def release(self):
        with self.changed:
            self.held = False
            self.changed.notify_all()

    def accepted(self, connection, tls):
        self.connections.append(connection)
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) if tls else connection

    def serve(self, handler, request: Request):
        with self.changed:
            self.requests.append(request)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            assert self.changed.wait_for(lambda: not self.held, seconds(60)), "it was never released"
        try:
            reply = self.answer(request)
            if callable(reply):
                reply(handler)
            else:
                self.write(handler, reply)
        finally:
            with self.changed:
                self.under_way -= 1

    def write(self, handler, reply: Reply):
        handler.send_response_only(reply.status)
        for name, value in reply.headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)

    # --- What it saw.

    def wait_for_requests(self, count: int):
        wait_until(lambda: len(self.requests) >= count, f"{count} requests at the endpoint")

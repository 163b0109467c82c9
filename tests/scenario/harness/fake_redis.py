"""Something that listens where a Redis should, and is none."""

import socketserver
import threading

# What it says at once, and what it says to each request.
GREETINGS = {"unsolicited": b"+OK\r\n:1\r\n$3\r\nabc\r\n" * 20}
ANSWERS = {
    "garbage": b"\x00\xff\x13 220 mail.test ESMTP\r\n\r\n",
    "wrong_types": b"*3\r\n:1\r\n$-1\r\n*2\r\n+a\r\n-b\r\n",
    "unsolicited": b"+OK\r\n",
    "half": b"*2\r\n$100\r\nabc",
    "errors": b"-ERR this is no Redis\r\n",
    "endless": b"*-2\r\n*2147483647\r\n$9223372036854775807\r\n",
}
BEHAVIOURS = [*ANSWERS, "silent", "closes"]


class FakeRedis:
    def __init__(self, behaviour: str, port: int = 0):
        self.visitors = 0
        self._connections = []
        fake = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                fake.visitors += 1
                fake._connections.append(self.request)
                if behaviour == "closes":
                    return
                try:
                    self.request.sendall(GREETINGS.get(behaviour, b""))
                    while self.request.recv(1 << 16):
                        self.request.sendall(ANSWERS.get(behaviour, b""))
                        if behaviour == "half":
                            self.server.silence.wait()
                except OSError:
                    pass  # the other side, or `stop`, had enough

        class Listener(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            block_on_close = False
            silence = threading.Event()

        self.server = Listener(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._thread = threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True)
        self._thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.server.silence.set()
        for connection in self._connections:
            connection.close()
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

"""A way to a Redis that can turn into a black hole: nothing passes any more, and nobody is told."""

import contextlib
import selectors
import socket
import threading


class Tunnel:
    """Connections that were open when it closed, or were made meanwhile, stay open and dead for good, as if a
    firewall had forgotten them; what is made after it has opened again passes."""

    def __init__(self, port: int):
        """`port`: where it leads to."""
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self._open = True
        self._ended = False
        self._peers = {}  # the other end of each connection, or None: its bytes vanish
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def close(self):
        with self._lock:
            self._open = False
            self._peers = dict.fromkeys(self._peers)

    def open(self):
        with self._lock:
            self._open = True

    def _accept(self):
        near, _ = self._listener.accept()
        far = None
        if self._open:
            try:
                far = socket.create_connection(self._target)
            except ConnectionError:  # Redis is gone
                near.close()
                return
        for end, other in ((near, far), (far, near)):
            if end is not None:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._peers[end] = other
                self._selector.register(end, selectors.EVENT_READ)

    def _pass_on(self, end):
        try:
            data = end.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        if not data:
            self._selector.unregister(end)
        peer = self._peers[end]
        if peer is not None:
            with contextlib.suppress(OSError):  # it has just ended, too
                peer.sendall(data) if data else peer.shutdown(socket.SHUT_WR)

    def _carry(self):
        while not self._ended:
            for key, _ in self._selector.select(0.05):
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept()
                    else:
                        self._pass_on(key.fileobj)

    def stop(self):
        self._ended = True
        self._thread.join()
        self._selector.close()
        for end in (self._listener, *self._peers):
            end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

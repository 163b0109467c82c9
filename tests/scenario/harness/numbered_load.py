"""Numbered messages over many sockets: each gets its number back before the next is sent, none twice."""

import resource
import selectors
import threading
import time
from collections import deque

from . import frame

# Messages a second over all sockets: enough that many are under way at any time, and less than the client's limit.
RATE = 2000


def allow_sockets():
    """As many descriptors as this process may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class NumberedLoad:
    """Runs in a thread of its own while it is entered."""

    def __init__(self, clients):
        self.answered = 0
        self.failure = None
        self._slowest = 0.0
        self._next = {client: 0 for client in clients}  # the number that is expected
        self._sent_at = {}
        self._idle = deque(clients)
        self._selector = selectors.DefaultSelector()
        for client in clients:
            client.socket.setblocking(False)
            self._selector.register(client.socket, selectors.EVENT_READ, client)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def slowest_since_last_asked(self) -> float:
        slowest, self._slowest = self._slowest, 0.0
        return slowest

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()
        self._selector.close()

    def check(self):
        if self.failure is not None:
            raise self.failure

    def _run(self):
        try:
            due = time.monotonic()
            # What is under way at the end is waited for: it must come, too.
            while not self._stopped.is_set() or self._sent_at:
                for key, _ in self._selector.select(0.002):
                    self._read(key.data)
                now = time.monotonic()
                while now >= due and self._idle and not self._stopped.is_set():
                    self._say(self._idle.popleft())
                    due += 1 / RATE
                due = max(due, now - 1)  # what could not be sent in time is not made up for without end
        except BaseException as error:  # whatever it is, the test is to hear of it
            self.failure = error

    def _say(self, client):
        self._sent_at[client] = time.monotonic()
        client.send(frame.text(str(self._next[client])))

    def _read(self, client):
        data = client.socket.recv(1 << 16)
        assert data, "a socket has ended that no change concerns"
        client.buffer += data
        while parsed := frame.parse(client.buffer):
            found, size = parsed
            del client.buffer[:size]
            if found.opcode == frame.PING:
                client.send(frame.frame(frame.PONG, found.payload))
                continue
            assert found.text == str(self._next[client]), f"{found.text} instead of {self._next[client]}"
            self._slowest = max(self._slowest, time.monotonic() - self._sent_at.pop(client))
            self._next[client] += 1
            self.answered += 1
            self._idle.append(client)

"""What all measurements ask of whoever shows a terminal: to type, and to take what comes."""

import select
import time

PATIENCE = 20


class Client:
    """One terminal. Its subclasses know what their server speaks."""

    acks = True  # whether it tells the server, where there is a way to, what it has taken in

    def __init__(self):
        self.received = 0  # bytes of output
        self._unread = bytearray()

    # --- Each has its own.

    def fileno(self) -> int:
        raise NotImplementedError

    def _take(self, within: float) -> bytes:
        """Output that comes, b"" when none comes in time."""
        raise NotImplementedError

    def type(self, data: bytes):
        raise NotImplementedError

    @property
    def may_type(self) -> bool:
        """What was typed before is on its way, and there is room for more."""
        return True

    def close(self):
        raise NotImplementedError

    # --- All have the same.

    def take(self, within: float = PATIENCE) -> bytes:
        if self._unread:
            data = bytes(self._unread)
            self._unread.clear()
            return data
        data = self._take(within)
        self.received += len(data)
        return data

    def expect(self, words: bytes, within: float = PATIENCE):
        """Takes up to these; what stands behind them is for the next one."""
        end = time.monotonic() + within
        seen = bytearray()
        while (begin := seen.find(words)) < 0:
            data = self.take(max(0, end - time.monotonic()))
            assert data or time.monotonic() < end, f"{words!r} was not shown, but {bytes(seen[-300:])!r}"
            seen += data
        self._unread[:] = seen[begin + len(words) :]

    def command(self, line: str, words: bytes):
        """Types a line at the prompt, and waits for what it shows."""
        self.type(line.encode() + b"\r")
        self.expect(words)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def attend(clients: list, duration: float):
    """Takes what comes for this long, for all of them: servers ask whether somebody is still there."""
    end = time.monotonic() + duration
    poll = select.poll()
    by_number = {client.fileno(): client for client in clients}
    for number in by_number:
        poll.register(number, select.POLLIN)
    while (left := end - time.monotonic()) > 0:
        for number, _ in poll.poll(left * 1000):
            by_number[number].take(0)

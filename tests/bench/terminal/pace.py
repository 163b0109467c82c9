"""A page takes its output in no faster than a terminal in a browser can draw it."""

import time

# xterm.js 6 parses that much of `yes` in a second, in Chromium on a machine like this one.
XTERM = 7 << 20


class Pace:
    def __init__(self, rate: float = XTERM):
        self._rate = rate
        self._free_at = time.monotonic()

    def draw(self, size: int):
        """Returns when so many bytes would be drawn."""
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + size / self._rate
        time.sleep(max(0, self._free_at - now))

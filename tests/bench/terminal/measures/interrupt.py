"""^C while `yes` runs and the page draws: what still comes, and how long it takes until the prompt."""

import statistics
import time

from bed import SHELL
from pace import XTERM, Pace
from report import Bar, Measured, Table, milliseconds, size
from turns import by_turns

ROUNDS = 3
PATIENCE = 40


def measure(bed, peers, options) -> Measured:
    taken = {}

    def work(server, peer):
        with server.open() as client:
            client.expect(SHELL)
            found = [one_interrupt(client) for _ in range(ROUNDS)]
        taken[peer.name] = times = [time for _, time in found]
        counts = [count for count, _ in found]
        return [
            size(statistics.median(counts)), size(max(counts)),
            milliseconds(statistics.median(times)), milliseconds(max(times)),
        ]  # fmt: skip

    columns = ["comes after ^C", "at most", "until the prompt", "at most"]
    rows = by_turns(bed, peers, len(columns), work)
    about = f"""
        `yes` runs; the page draws {XTERM >> 20} MiB in a second, as xterm.js can, and acknowledges what it has drawn.
        It stands still for a second, so that it is as far behind as its server lets it be, sends ^C, and draws on.
        {ROUNDS} times; the median and the worst. The times are noisy. What comes to a page of wharf is at most its
        window (512 KiB) and that of SSH (256 KiB).
    """
    worst = max(taken["wharf"])
    bar = Bar("^C under `yes`, to the prompt", "< 300 ms", milliseconds(worst), worst < 300)
    return Measured(Table("Ctrl-C under a flood", about, columns, rows), [bar])


def one_interrupt(client) -> tuple:
    """Bytes and milliseconds."""
    client.type(b"yes\r")
    pace, end = Pace(), time.monotonic() + 1
    while time.monotonic() < end:
        pace.draw(len(client.take(0.1)))
    time.sleep(1)  # it stands still
    client.type(b"\x03")
    begin, count, tail = time.monotonic(), 0, b""
    while not tail.endswith(SHELL):
        data = client.take(1)
        pace.draw(len(data))
        count += len(data)
        tail = (tail + data)[-len(SHELL) :]
        assert time.monotonic() < begin + PATIENCE, f"no prompt within {PATIENCE} s, but {size(count)}"
    return count, (time.monotonic() - begin) * 1000

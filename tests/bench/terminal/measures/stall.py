"""A page stands still while `yes` runs: what its server heaps up meanwhile, and what it reads from the far end."""

import time

import psutil
from bed import SHELL
from client import attend
from harness.sshd import written
from pace import Pace
from processes import proportional_bytes
from report import Bar, Measured, Table, size
from turns import by_turns

BOUND = 1 << 20


def measure(bed, peers, options) -> Measured:
    growths = {}

    def work(server, peer):
        with server.open() as client:
            client.expect(SHELL)
            attend([client], 0.3)
            client.type(b"yes\r")
            process = bed.only("yes")
            pace, end = Pace(), time.monotonic() + 1
            while time.monotonic() < end:
                pace.draw(len(client.take(0.1)))
            samples = stand_still(server, process, options.stall)
        memory, wrote = zip(*samples)
        # The windows fill in the first second.
        growths[peer.name] = memory[-1] - memory[1]
        seconds = len(samples) - 1
        return [
            size(memory[1] - memory[0]), size(growths[peer.name]),
            size(wrote[-1] - wrote[0]), size(wrote[-1] - wrote[-2]),
            "is there" if seconds == options.stall else f"ended after {seconds} s",
        ]  # fmt: skip

    columns = ["grows in the first second", "and later", "`yes` writes meanwhile", "in the last second", "the session"]
    rows = by_turns(bed, peers, len(columns), work)
    about = f"""
        The page draws `yes` for a second, then reads nothing from its socket for {options.stall} s. What grows is the
        memory (PSS) of the server and of what it has started: at first up to whatever bounds it, if anything does. What
        `yes` writes meanwhile somebody has to keep; who is slow has read little when the page stops. Some take a page
        that answers no ping for gone, and end its session.
    """
    grows = max(0, growths["wharf"])
    what = f"a page stands still under `yes`, {options.stall} s; after the first"
    bar = Bar(what, "< 1 MiB more", size(grows), grows < BOUND)
    return Measured(Table("A page that stands still", about, columns, rows), [bar])


def stand_still(server, process, duration: int) -> list:
    """(bytes of memory, bytes that `process` has written), at first and after each second, as long as it lives."""
    samples = []
    for second in range(duration + 1):
        time.sleep(1 if second else 0)  # nobody reads
        try:
            samples.append((proportional_bytes(server.pids()), written(process)))
        except psutil.NoSuchProcess:
            break
    assert len(samples) > 1, "its session ended in the first second"
    return samples

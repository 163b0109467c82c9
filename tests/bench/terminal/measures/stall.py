"""A page stands still while `yes` runs: what its server heaps up meanwhile, and what it reads from the far end."""

import time

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
            memory, wrote = proportional_bytes(server.pids()), written(process)
            time.sleep(max(0, options.stall - 1))  # this is the time that it stands still
            late = written(process)
            time.sleep(1)
            growths[peer.name] = proportional_bytes(server.pids()) - memory
            last = written(process)
        return [size(growths[peer.name]), size(last - wrote), size(last - late)]

    columns = ["server grows by", "`yes` writes meanwhile", "of this in the last second"]
    rows = by_turns(bed, peers, len(columns), work)
    about = (
        f"The page draws `yes` for a second, then reads nothing from its socket for {options.stall} s. Memory is the\n"
        "proportional set size (PSS) of the server and of what it has started. What `yes` writes somebody has to keep."
    )
    grows = growths["wharf"]
    bar = Bar(f"a page stands still under `yes`, {options.stall} s", "< 1 MiB more", size(grows), grows < BOUND)
    return Measured(Table("A page that stands still", about, columns, rows), [bar])

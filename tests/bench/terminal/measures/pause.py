"""A page still reads, and no longer says that it has taken anything in: what comes all the same."""

import time

from bed import SHELL
from report import Bar, Measured, Table, size
from turns import by_turns

DURATION = 3
WINDOW = 512 << 10


def measure(bed, peers, options) -> Measured:
    arrived = {}

    def work(server, peer):
        with server.open() as client:
            client.expect(SHELL)
            client.type(b"yes\r")
            read_for(client, 0.5)
            client.acks = False
            early = read_for(client, DURATION - 0.5)
            late = read_for(client, 0.5)
        arrived[peer.name] = early + late
        return [size(early + late), "yes" if late == 0 else f"no: {size(late * 2)} in a second"]

    columns = [f"arrives in {DURATION} s", "stops"]
    rows = by_turns(bed, peers, len(columns), work)
    about = "The page reads `yes` as fast as it comes, and from some point on acknowledges nothing."
    came = arrived["wharf"]
    bar = Bar("output after the last acknowledgement", "≤ one window (512 KiB)", size(came), came <= WINDOW)
    return Measured(Table("A page that no longer acknowledges", about, columns, rows), [bar])


def read_for(client, duration: float) -> int:
    end, count = time.monotonic() + duration, 0
    while (left := end - time.monotonic()) > 0:
        count += len(client.take(left))
    return count

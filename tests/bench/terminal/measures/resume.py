"""Sockets break while a command counts, and the page comes back: every byte, once."""

import random
import time

from bed import SHELL, Check
from report import Bar, Measured, Table, size

BREAKS = 12
LINE = "stty raw -echo; printf 'rea''dy'; head -c 1 > /dev/null; cat content; sleep 300"


def measure(bed, peers, options) -> Measured:
    source = random.Random(6)
    with peers[0].running(bed) as server:
        client = server.open()
        client.expect(SHELL)
        client.command(LINE, b"ready")
        offset = client.received
        check = Check(bed.content)
        client.type(b"x")
        again = 0
        for number in range(BREAKS):
            read_some(client, check, source.uniform(0.05, 0.3))
            # What was read and not acknowledged may get lost with a page's socket: it is asked for again.
            got = source.randint(client.acknowledged, client.received)
            again += client.received - got
            check.size -= client.received - got
            client.close()
            time.sleep(options.offline if number == 0 else source.uniform(0, 0.2))
            client = server.open(resume={"id": client.id, "token": client.token, "got": got})
            assert client.received == offset + check.size, "it goes on elsewhere"
        read_some(client, check, 0.3)
        client.close()
    cells = [str(BREAKS), f"{options.offline} s", size(check.size), size(again), "every byte, once"]
    print(f"    wharf: {' | '.join(cells)}", flush=True)
    columns = ["sockets that broke", "longest time away", "compared", "asked for again", "came"]
    about = """
        `cat` of a large file; the socket is cut in the middle, and another takes the session up at a byte that the page
        had got. None of the others has this: a new socket is a new shell.
    """
    bar = Bar(f"a broken socket, {options.offline} s away", "every byte", "every byte", True)
    return Measured(Table("A broken socket", about, columns, [("wharf", cells)]), [bar])


def read_some(client, check, duration: float):
    end = time.monotonic() + duration
    while (left := end - time.monotonic()) > 0:
        check.add(client.take(left))

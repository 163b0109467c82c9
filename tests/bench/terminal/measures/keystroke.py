"""What a server adds to the way of one key, there and back, beside ssh(1): one key here, one key there."""

import statistics
import time

from bed import ECHO, READY, SHELL
from report import Bar, Measured, Table, milliseconds
from ssh_client import SshClient
from turns import by_turns

# Between two keys. Nobody types faster, and a server has gone to sleep by then.
PAUSE = 0.01
BOUND = 1


def measure(bed, peers, options) -> Measured:
    added, of_ssh = {}, {}

    def work(server, peer):
        with server.open() as ours, SshClient(bed.ssh) as theirs:
            for client in (ours, theirs):
                client.expect(SHELL)
                client.command(ECHO, READY)
            pairs = []
            for number in range(options.keys):
                sides = (ours, theirs) if number % 2 == 0 else (theirs, ours)
                found = {client: one_key(client, b"%d" % (number % 10)) for client in sides}
                pairs.append((found[ours], found[theirs]))
        times = [sorted(side) for side in zip(*pairs)]
        differences = sorted(one - other for one, other in pairs)
        of_ssh[peer.name] = at(times[1], 0.99)
        added[peer.name] = at(times[0], 0.99) - of_ssh[peer.name]
        return [
            *(milliseconds(at(times[0], share)) for share in (0.5, 0.99)),
            *(milliseconds(at(times[1], share)) for share in (0.5, 0.99)),
            milliseconds(statistics.median(differences)), milliseconds(added[peer.name]),
        ]  # fmt: skip

    columns = ["p50", "p99", "ssh(1): p50", "p99", "added, median of pairs", "added at p99"]
    rows = by_turns(bed, peers, len(columns), work)
    about = f"""
        A key is typed, and its echo waited for, {options.keys} times, {PAUSE * 1000:.0f} ms apart; between two keys of
        the server there is one of ssh(1). All times are noisy; what is added is the difference of neighbours, and what
        the client takes for a WebSocket instead of a pipe is in it.
    """
    p99 = added["wharf"]
    # Where ssh(1) alone takes longer than the bound, so would anybody.
    holds = p99 < BOUND if of_ssh["wharf"] < BOUND else None
    found = f"{milliseconds(p99)}; {milliseconds(of_ssh['wharf'])} in all for ssh(1)"
    bar = Bar("latency added to a key, p99", "< 1 ms", found, holds)
    return Measured(Table("A key", about, columns, rows), [bar])


def at(ordered: list, share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def one_key(client, key: bytes) -> float:
    """Milliseconds."""
    time.sleep(PAUSE)  # the pace of the typist
    begin = time.perf_counter()
    client.type(key)
    echo = b""
    while not echo:
        echo = client.take()
        assert time.perf_counter() < begin + 10, "a key has no echo"
    assert echo == key, f"{echo!r} instead of {key!r}"
    return (time.perf_counter() - begin) * 1000

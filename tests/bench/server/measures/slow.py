"""What it costs the others when one member of a group does not read."""

from harness.raw import RawClient
from peers.wharf import Wharf
from report import Bar, Measured, Table
from rounds import Series, one

from . import fan_out
from .costs import spread

MEMBERS = 1000
BOUND = 1.15


class Dropping(Wharf):
    """Keeps who does not read, and drops what it cannot take: so that it is there to the end."""

    def configuration(self, bed):
        configuration = super().configuration(bed)
        configuration["limits"] |= {"outbox": "1 MiB", "slow_consumer": "drop"}
        return configuration


def measure(bed, peers, options) -> Measured:
    rows, bars = [], []
    for window in fan_out.DELIVERIES:
        work = fan_out.work(MEMBERS, window).scaled(bed.scale)
        alone, beside = costs(bed, work, options.rounds)
        ratios = beside.ratios(alone)
        rows.append((work.name, [f"{alone.median():.2f} µs", f"{beside.median():.2f} µs", spread(ratios)]))
        print(f"    {work.name}: {' | '.join(rows[-1][1])}", flush=True)
        found = sorted(ratios)[len(ratios) // 2]
        bars.append(Bar(f"fan-out beside one who does not read, {work.name}", f"{BOUND}", f"{found:.2f}", found <= BOUND))
    about = (
        "Processor time of wharf for one delivery of the message consumer, when all members read, and when there is one more\n"
        "who reads nothing, whose outbox is full soon."
    )
    return Measured(Table("One does not read", about, ["all read", "one does not", "ratio"], rows), bars)


def costs(bed, work, rounds: int) -> tuple:
    """Two series: alone, and beside one who does not read."""
    servers = [bed.start(Dropping()) for _ in range(2)]
    series = [Series([]), Series([])]
    try:
        with RawClient(("127.0.0.1", servers[1].port)) as sleeper:
            sleeper.upgrade("/message")
            for number in range(rounds):
                for which in (0, 1) if number % 2 == 0 else (1, 0):
                    series[which].samples.append(one(servers[which], work))
    finally:
        for server in servers:
            server.stop()
    return tuple(series)

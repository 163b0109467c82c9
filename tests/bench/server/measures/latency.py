"""How long a message and its echo take while the server has little to do."""

import statistics

from load import Work
from report import Measured, Table
from rounds import by_turns

QUIET = Work("1000 a second", "latency", "/echo", 100, 3000, rate=1000)
POINTS = {"p50": "median", "p99": "99 %", "p999": "99.9 %"}


def measure(bed, peers, options) -> Measured:
    series = by_turns(bed, peers, QUIET, options.rounds)
    rows = []
    for peer in peers:
        mine = series.get(peer.name)
        if mine is None:
            continue
        at = lambda point: statistics.median(sample.said[point] for sample in mine.samples)  # noqa: E731
        cells = [f"failed: {mine.failure}", "", ""] if mine.failure else [f"{at(point):.0f} µs" for point in POINTS]
        rows.append((peer.name, cells))
    about = (
        "100 connections, 1000 messages of 64 bytes a second one after the other, whether or not the one before has come\n"
        "back. Noisy: the load's own share is in it, and on a machine that does something else, the waiting for a core."
    )
    return Measured(Table("Latency", about, list(POINTS.values()), rows), [])

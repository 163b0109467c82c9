"""Connections that come, shake hands and go."""

from load import Work
from report import Measured, Table
from rounds import by_turns

from .costs import spread

COME_AND_GO = Work("40 at a time", "arrivals", "/echo", 40, 8000)


def measure(bed, peers, options) -> Measured:
    series = by_turns(bed, peers, COME_AND_GO, options.rounds)
    rows = []
    for peer in peers:
        mine = series.get(peer.name)
        if mine is None:
            continue
        if mine.failure:
            cells = [f"failed: {mine.failure}", "", ""]
        else:
            cells = [f"{mine.median():.0f} µs", spread(series["wharf"].ratios(mine)), f"{mine.median('rate'):.0f}"]
        rows.append((peer.name, cells))
    about = (
        "Processor time of the server for a connection with its handshake and its goodbye, what wharf takes of it, and\n"
        "how many came and went in a second with 40 at a time (noisy)."
    )
    return Measured(Table("Arrivals", about, ["time", "wharf's part", "a second"], rows), [])

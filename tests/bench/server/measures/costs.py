"""A table of what one answer costs each server, for several kinds of work, with what wharf takes of it."""

import statistics

from plot import Group
from report import Table
from rounds import by_turns


def costs(bed, peers: list, works: list, options) -> dict:
    """{work: {peer's name: Series}}"""
    return {work: by_turns(bed, peers, work, options.rounds) for work in works}


def spread(ratios: list) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def table(title: str, about: str, peers: list, measured: dict) -> Table:
    rows = []
    for peer in peers:
        cells = []
        for series in measured.values():
            mine, wharf = series.get(peer.name), series["wharf"]
            if mine is None:
                cells.append("")
            elif mine.failure:
                cells.append(f"failed: {mine.failure}")
            elif mine is wharf:
                cells.append(f"{mine.median():.2f} µs")
            else:
                cells.append(f"{mine.median():.2f} µs; {spread(wharf.ratios(mine))}")
        if any(cells):
            rows.append((peer.name, cells))
    return Table(title, about, [work.name for work in measured], rows)


def ratio(measured: dict, work, peer: str):
    """What wharf takes of what the peer takes; None if the peer has not done it."""
    other = measured[work].get(peer)
    if other is None or other.failure:
        return None
    return statistics.median(measured[work]["wharf"].ratios(other))


def plotted(title: str, measured: dict) -> tuple:
    """For a drawing: those that have done the work."""
    return tuple(
        Group(f"{title}: {work.name}", {name: each.median() for name, each in series.items() if not each.failure})
        for work, series in measured.items()
    )

"""docs/server-benchmark.md: what one run has found."""

from pathlib import Path

import plot
from machine import description
from report import bars_text, section, table_text

HEAD = """\
# The server, measured

`scripts/bench server` has written this page: wharf beside other WebSocket servers, on one machine and in one run. In each
row all servers live at the same time and have their turns one after the other, round after round, each beginning once;
a ratio compares what two of them took in the same round. The load checks every byte: a message that is lost, doubled,
out of order or garbled ends the run. Messages are texts of 64 bytes unless a row says otherwise. Nobody compresses or
pings. The smaller a number, the better.

What counts is the processor time of the server for an answer, user and system, and the ratios; instructions and system
calls repeat exactly. Times and rates depend on what else the machine does: those tables say that they are noisy.

{machine}

![What wharf takes of what others take](server-benchmark.svg)

## What was promised

{bars}

## Who takes part

{peers}

Each has one process with one thread for its sockets, unless its name says otherwise.

Not here, and why:

{absent}

"""

PART_HEAD = """\
# {title}, measured

`scripts/bench {command}` has written this page: wharf and its peer on one machine and in one run, all at the same time, in
turns, round after round, each beginning once. What counts is the processor time of the server, user and system, and the
ratios; rates depend on what else the machine does.

{machine}

"""


def write_part(file: Path, command: str, load: float, measured):
    """A page of some measurements."""
    title = " and ".join(each.table.title for each in measured)
    head = PART_HEAD.format(title=title, command=command, machine=description(load))
    file.write_text(head + "\n".join(section(each.table) for each in measured), encoding="utf-8")
    print(f"\nwritten: {file}")


def write(file: Path, load: float, peers, absent, measured):
    bars = [bar for each in measured for bar in each.bars]
    rows = [(peer.name, [peer.version(), peer.what]) for peer in peers]
    text = HEAD.format(
        machine=description(load),
        bars=bars_text(bars),
        peers=table_text(["version", "what"], rows),
        absent="\n".join(f"- {name}: {why}." for name, why in absent) or "- Nobody is missing.",
    )
    file.write_text(text + "\n".join(section(each.table) for each in measured), encoding="utf-8")
    drawing = file.with_suffix(".svg")
    drawing.write_text(plot.bars([series for each in measured for series in each.plotted]), encoding="utf-8")
    print(f"\nwritten: {file}, {drawing}")

"""What was measured, as Markdown."""

import textwrap
from typing import NamedTuple, Optional


class Table(NamedTuple):
    title: str
    about: str  # what was done, and how to read it
    columns: list
    rows: list  # (name, cells)


class Bar(NamedTuple):
    """A number that wharf has promised."""

    what: str
    promised: str
    measured: str
    holds: Optional[bool]  # None: it cannot be told here


class Measured(NamedTuple):
    table: Table
    bars: list
    plotted: tuple = ()  # what a drawing shows of it


def table_text(columns: list, rows: list) -> str:
    lines = [["", *columns], *([name, *cells] for name, cells in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(lines[0]))]
    aligned = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    rule = "|" + "|".join(" " + "-" * width + " " for width in widths) + "|"
    return "\n".join([aligned[0], rule, *aligned[1:]])


def section(table: Table) -> str:
    about = textwrap.fill(" ".join(table.about.split()), 120, break_long_words=False, break_on_hyphens=False)
    return f"## {table.title}\n\n{about}\n\n{table_text(table.columns, table.rows)}\n"


VERDICTS = {True: "yes", False: "**no**", None: "cannot be told"}


def bars_text(bars: list) -> str:
    rows = [(bar.what, [bar.promised, bar.measured, VERDICTS[bar.holds]]) for bar in bars]
    return table_text(["promised", "measured", "holds"], rows)


# --- Numbers with their units.


def size(value: float) -> str:
    """Bytes, in the unit that leaves few digits."""
    sign, value = ("-" if value < 0 else ""), abs(value)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024 or unit == "MiB":
            break
        value /= 1024
    return f"{sign}{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{sign}{value:.1f} {unit}"


def milliseconds(value: float) -> str:
    return f"{value:.0f} ms" if value >= 100 else f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms"


def spread(values: list, form="{:.2f}") -> str:
    """The median, and between which two all were."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return f"{form} ({form} to {form})".format(median, ordered[0], ordered[-1])

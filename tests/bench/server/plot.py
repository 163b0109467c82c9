"""A drawing of what each server takes, as SVG: for each kind of work, bars on one logarithmic scale."""

import math
from html import escape
from typing import NamedTuple

NAMES, BARS, LINE, TITLE, MARGIN = 130, 520, 18, 30, 12
WHARF, OTHERS, INK = "#0b6e99", "#b8c4cc", "#333333"


class Group(NamedTuple):
    """One kind of work."""

    title: str
    values: dict  # microseconds, by the name of the server


def bars(groups: list) -> str:
    everything = [value for group in groups for value in group.values.values()]
    least, most = decade(min(everything), math.floor), decade(max(everything), math.ceil)
    parts, top = [], MARGIN
    for group in groups:
        parts.append(text(MARGIN, top + 14, group.title, "bold"))
        top += TITLE
        for name, value in sorted(group.values.items(), key=lambda item: item[1]):
            length = BARS * math.log(value / least) / math.log(most / least)
            colour = WHARF if name.startswith("wharf") else OTHERS
            parts.append(text(MARGIN, top, name))
            parts.append(f'<rect x="{NAMES}" y="{top - 11}" width="{max(length, 1):.1f}" height="13" fill="{colour}"/>')
            parts.append(text(NAMES + length + 6, top, figure(value)))
            top += LINE
        top += LINE // 2
    width, height = NAMES + BARS + 90, top + MARGIN
    about = text(MARGIN, top, f"microseconds of processor time for one answer; the scale is logarithmic from {least:g} to {most:g}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="{width}" height="{height}" fill="white"/>\n' + "\n".join([*parts, about]) + "\n</svg>\n"
    )


def decade(value: float, rounded) -> float:
    return 10.0 ** rounded(math.log10(value))


def figure(value: float) -> str:
    return f"{value:.2f} µs" if value < 10 else f"{value:.0f} µs"


def text(x: float, y: float, words: str, weight="normal") -> str:
    return f'<text x="{x:.1f}" y="{y}" fill="{INK}" font-weight="{weight}">{escape(words)}</text>'

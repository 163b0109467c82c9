"""A message comes back: the processor time that the server takes for one."""

import statistics

from load import Work
from report import Bar, Measured

from .costs import costs, plotted, ratio, table

ONE = Work("100, 1 in flight", "echo", "/echo", 100, 60_000)
SIXTEEN = Work("100, 16 in flight", "echo", "/echo", 100, 400_000, window=16)
MANY = Work("1000, 1 in flight", "echo", "/echo", 1000, 60_000)
LARGE = Work("100, 16 KiB", "echo", "/echo", 100, 20_000, size=16 << 10)
AMONG_IDLE = Work("100 among 10 000 idle", "echo", "/echo", 100, 60_000, idle=10_000)


def measure(bed, peers, options) -> Measured:
    works = [ONE, SIXTEEN, MANY, LARGE, AMONG_IDLE._replace(idle=options.idle, name=f"100 among {options.idle} idle")]
    measured = costs(bed, peers, works, options)
    about = (
        "Processor time (user and system) of the server for one message of 64 bytes that comes back, by the number of\n"
        "connections. Behind it, what wharf takes of it: the median of the rounds, and between which two all were."
    )
    bars = []
    for work, most in ((ONE, 1.05), (SIXTEEN, 1.25)):
        found = ratio(measured, work, "bun")
        if found is not None:
            bars.append(Bar(f"echo, {work.name}: bun's", f"{most:.2f}", f"{found:.2f}", found <= most))
    found = statistics.median(measured[works[-1]]["wharf"].ratios(measured[ONE]["wharf"]))
    bars.append(Bar(f"echo among {options.idle} idle, by alone", "1.15", f"{found:.2f}", found <= 1.15))
    return Measured(table("Echo", about, peers, measured), bars, plotted("Echo", measured))

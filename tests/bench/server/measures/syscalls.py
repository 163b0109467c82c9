"""How often a server enters the kernel for one answer."""

from load import Failed, Load
from report import Bar, Measured, Table
from rounds import failed
from system_calls import traced

from . import echo, fan_out

WORKS = {
    echo.ONE._replace(messages=2000): "echo, 1 in flight",
    echo.SIXTEEN._replace(messages=32_000): "echo, 16 in flight",
    fan_out.work(1000, 1)._replace(messages=8): "fan-out, 1 in flight",
    fan_out.work(1000, 16)._replace(messages=64): "fan-out, 16 in flight",
}
# What waiting costs depends on who waits for whom; these are for an answer.
BOUNDS = {"fan-out, 1 in flight": 1.0, "fan-out, 16 in flight": 0.1}
# One call more in a hundred, for what a turn of the loop takes.
HEADROOM = 1.02


def measure(bed, peers, options) -> Measured:
    rows, totals = [], {}
    for peer in peers:
        cells = []
        for work, name in WORKS.items():
            if work.path not in peer.paths:
                cells.append("")
                continue
            try:
                calls = calls_of(bed, peer, work)
            except (AssertionError, Failed) as error:
                cells.append(f"failed: {failed(peer, error).failure}")
                continue
            total = sum(calls.values())
            totals[peer.name, name] = total
            often = sorted((item for item in calls.items() if item[1] >= 0.02), key=lambda item: -item[1])
            cells.append(f"{total:.2f}: " + ", ".join(f"{call} {count:.2f}" for call, count in often[:4]))
        if any(cells):
            rows.append((peer.name, cells))
            print(f"    {peer.name}: {' | '.join(cells)}", flush=True)
    about = (
        "`strace -c` of the server while the load runs, for one answer. 100 connections echo; 1000 are members of the\n"
        "message consumer's group. Under strace everybody is slow, so more comes together in a turn than otherwise."
    )
    bars = []
    for name, most in BOUNDS.items():
        found = totals["wharf", name]
        bars.append(Bar(f"system calls, {name}", f"{most}", f"{found:.3f}", found <= most * HEADROOM))
    return Measured(Table("System calls", about, list(WORKS.values()), rows), bars)


def calls_of(bed, peer, work) -> dict:
    server = bed.start(peer)
    try:
        with Load(server.port, work, warm_up=0.1) as load:
            calls = traced(bed.room(), server.pids(), load.run)
    finally:
        server.stop()
    return {name: count / (work.messages * work.answers) for name, count in calls.items()}

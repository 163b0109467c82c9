"""How many instructions a server takes for one answer outside the kernel."""

from callgrind import Counted
from load import Load
from report import Bar, Measured, Table

from . import echo, fan_out

WORKS = {
    echo.ONE._replace(messages=4000): "echo, 1 in flight",
    echo.SIXTEEN._replace(messages=32_000): "echo, 16 in flight",
    echo.LARGE._replace(messages=500): "echo, 16 KiB",
    fan_out.work(1000, 1)._replace(messages=20): "fan-out, 1 in flight",
    fan_out.work(1000, 16)._replace(messages=160): "fan-out, 16 in flight",
}
BOUNDS = {"fan-out, 1 in flight": 600, "fan-out, 16 in flight": 600}


def measure(bed, peers, options) -> Measured:
    rows, counts = [], {}
    for peer in peers:
        if not peer.counts_instructions:
            continue
        for work, name in WORKS.items():
            counts[peer.name, name], functions = count(bed, peer, work)
            if options.functions:
                print(f"    {peer.name}, {name}:\n{functions}", flush=True)
        rows.append((peer.name, [f"{counts[peer.name, name]:.0f}" for name in WORKS.values()]))
        print(f"    {peer.name}: {' | '.join(rows[-1][1])}", flush=True)
    about = (
        "Instructions for one answer outside the kernel, counted by callgrind: exact, whatever else the machine does. Under\n"
        "it everybody is slow, so more comes together in a turn than otherwise. Not counted: who compiles while it runs."
    )
    bars = []
    for name, most in BOUNDS.items():
        found = counts["wharf", name]
        bars.append(Bar(f"instructions, {name}", f"{most}", f"{found:.0f}", found <= most))
    return Measured(Table("Instructions", about, list(WORKS.values()), rows), bars)


def count(bed, peer, work) -> tuple:
    """(instructions for an answer, the functions that take most of them)"""
    counted = Counted(bed.room())
    server = bed.start(peer, under=counted.command)
    try:
        with Load(server.port, work, warm_up=0.2) as load:
            counted.begin(server.process.pid)
            load.run()
            total = counted.end(server.process.pid)
        answers = work.messages * work.answers
        return total / answers, counted.functions(answers)
    finally:
        server.stop()

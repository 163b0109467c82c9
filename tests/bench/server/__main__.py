"""wharf beside other WebSocket servers: see docs/server-benchmark.md. Run it by `scripts/bench server`."""

import argparse
import contextlib
import os
import resource
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[1:1] = [str(HERE.parent), str(HERE.parent.parent / "scenario")]

import document  # noqa: E402  # they are found from here on
from bed import Bed  # noqa: E402
from measures import arrivals, echo, fan_out, idle, instructions, latency, layer, logins, relay, slow, syscalls  # noqa: E402
from peers import everybody  # noqa: E402
from report import bars_text, section  # noqa: E402

MEASURES = {
    module.__name__.rpartition(".")[2]: module
    for module in (echo, fan_out, relay, slow, layer, latency, arrivals, logins, idle, syscalls, instructions)
}


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench server", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="turns of each server (default 5)")
    parser.add_argument("--scale", type=float, default=1, metavar="X", help="more or fewer messages (default 1)")
    parser.add_argument("--idle", type=int, default=10_000, metavar="N", help="idle connections (default 10000)")
    parser.add_argument("--members", type=int, nargs="+", default=[100, 1000, 10_000], metavar="N", help="of a group")
    parser.add_argument("--functions", action="store_true", help="print which functions take the instructions")
    parser.add_argument("--only", nargs="+", choices=MEASURES, help="some of the measurements; a document has these alone")
    parser.add_argument("--peers", nargs="*", help="some of the peers, beside wharf; writes no document")
    parser.add_argument("--write", type=Path, metavar="FILE", help="where the document goes")
    return parser.parse_args()


def main():
    options = arguments()
    load = os.getloadavg()[0]
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    peers, absent = everybody(options.peers)
    for name, why in absent:
        print(f"cannot be had: {name}: {why}")
    measured = []
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as ends:
        bed = Bed(Path(directory), options.scale, ends)
        for name in options.only or MEASURES:
            print(f"\n{name}", flush=True)
            measured.append(MEASURES[name].measure(bed, peers, options))
    bars = [bar for each in measured for bar in each.bars]
    print()
    for each in measured:
        print(section(each.table))
    if bars:
        print(bars_text(bars))
    if options.write and options.only:
        document.write_part(options.write, " ".join(options.only), load, measured)
    elif options.write and options.peers is None:
        document.write(options.write, load, peers, absent, measured)
    return 0 if all(bar.holds is not False for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())

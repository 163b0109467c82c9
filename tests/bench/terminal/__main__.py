"""wharf's SSH terminal beside others: see docs/terminal-benchmark.md. Run it by `scripts/bench terminal`."""

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
from measures import idle, interrupt, keystroke, paste, pause, resume, stall, syscalls, throughput  # noqa: E402
from peers import everybody  # noqa: E402
from report import bars_text, section  # noqa: E402

MEASURES = {
    module.__name__.rpartition(".")[2]: module
    for module in (stall, pause, interrupt, throughput, idle, paste, keystroke, resume, syscalls)
}


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench terminal", description=__doc__)
    parser.add_argument("--stall", type=int, default=5, metavar="S", help="how long a page stands still (default 5)")
    parser.add_argument("--offline", type=int, default=3, metavar="S", help="how long a page is away (default 3)")
    parser.add_argument("--megabytes", type=int, default=200, metavar="N", help="size of the large file (default 200)")
    parser.add_argument("--paste", type=int, default=20, metavar="N", help="MiB of the paste (default 20)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of throughput (default 5)")
    parser.add_argument("--keys", type=int, default=500, metavar="N", help="keys that are typed (default 500)")
    parser.add_argument("--only", nargs="+", choices=MEASURES, help="some of the measurements; writes no document")
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
        Path(directory).chmod(0o755)
        bed = Bed(Path(directory), options.megabytes, ends)
        for name in options.only or MEASURES:
            print(f"\n{name}", flush=True)
            measured.append(MEASURES[name].measure(bed, peers, options))
    bars = [bar for each in measured for bar in each.bars]
    print()
    for each in measured:
        print(section(each.table))
    print(bars_text(bars))
    if options.write and not options.only and options.peers is None:
        document.write(options.write, load, peers, absent, measured)


if __name__ == "__main__":
    main()

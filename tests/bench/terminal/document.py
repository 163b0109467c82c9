"""docs/terminal-benchmark.md: what one run has found."""

import subprocess
from pathlib import Path

from machine import description
from report import bars_text, section, table_text

HEAD = """\
# The SSH terminal, measured

`scripts/bench terminal` has written this page: wharf's consumer `paramiko` beside others that show a terminal in a
browser, on one machine and in one run, all of them against the same OpenSSH server on loopback. Where content goes
through, the client compares every byte that it gets with what was sent; a byte of wharf's that is lost, doubled or out
of order ends the run. Bytes, ratios and numbers of calls count. Times depend on the machine and on what else it does,
so they are noisy.

{machine}

## What was promised

{bars}

## Who takes part

{peers}

Those that show any command run `ssh -tt`. Everybody logs in by the same key.

Not here, and why:

{absent}

"""


def write(file: Path, load: float, peers, absent, measured):
    bars = [bar for each in measured for bar in each.bars]
    ssh = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr.split(",")[0]
    rows = [(peer.name, [peer.version(), peer.what]) for peer in peers]
    rows.append(("ssh(1), sshd", [ssh, "what all are compared with, and what all reach"]))
    text = HEAD.format(
        machine=description(load),
        bars=bars_text(bars),
        peers=table_text(["version", "how it gets there"], rows),
        absent="\n".join(f"- {name}: {why}." for name, why in absent),
    )
    file.write_text(text + "\n".join(section(each.table) for each in measured), encoding="utf-8")
    print(f"\nwritten: {file}")

"""A large paste that comes back while it goes in; once more where hardly anything fits a socket."""

import os
import subprocess
import sys
import time
from pathlib import Path

from bed import ECHO, READY, SHELL, Check
from report import Bar, Measured, Table, milliseconds, size

PIECE = 32 << 10
BUFFER = 4096
PATIENCE = 300
# Each network namespace has its own buffers, so nobody else notices. $1 bounds what a socket holds of what is sent.
NAMESPACE = ["unshare", "--net", "sh", "-ec"]
NARROW = 'ip link set lo up; echo "$1 $1 $1" > /proc/sys/net/ipv4/tcp_wmem; shift; exec "$@"'
SCRIPT = Path(__file__).parent.parent / "narrow_paste.py"


def measure(bed, peers, options) -> Measured:
    wanted = options.paste << 20
    rows = []

    def show(name, cells):
        rows.append((name, cells))
        print(f"    {name}: {' | '.join(cells)}", flush=True)

    def row(taken: float) -> list:
        return [size(wanted), "every byte", milliseconds(taken * 1000), f"{wanted / 1e6 / taken:.1f}"]

    with peers[0].running(bed) as server:
        show("wharf", row(paste(server, bed.content, wanted)))
    narrow = f"wharf, {BUFFER} B of send buffer"
    why = "" if os.getuid() == 0 else "only root can have a network namespace of its own"
    show(narrow, ["", f"not measured: {why}", "", ""] if why else row(in_namespace(wanted)))
    about = """
        What is typed goes to `cat` behind a raw terminal and comes back, and every byte is compared. The second time
        all happens in a network namespace where no socket holds more than 4 KiB of what is sent (`tcp_wmem`), so that
        the way to the SSH server is full nearly all the time, in both directions.
    """
    what = f"paste of {options.paste} MiB, {BUFFER} B of send buffer"
    bar = Bar(what, "every byte", rows[1][1][1], None if why else True)
    columns = ["typed", "came back", "in (noisy)", "MB in a second, each way"]
    return Measured(Table("A paste", about, columns, rows), [bar])


def in_namespace(wanted: int) -> float:
    """Seconds."""
    command = [*NAMESPACE, NARROW, "sh", str(BUFFER), sys.executable, str(SCRIPT), str(wanted)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE + 60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return float(done.stdout)


def paste(server, content, wanted: int) -> float:
    """Seconds."""
    with server.open() as client:
        client.expect(SHELL)
        client.command(ECHO, READY)
        check, sent, begin = Check(content), 0, time.monotonic()
        while check.size < wanted:
            while sent < wanted and client.may_type:
                piece = content[sent : min(sent + PIECE, wanted)]
                sent += len(piece)
                client.type(piece)
            check.add(client.take(0.05 if sent < wanted else 1))
            assert time.monotonic() < begin + PATIENCE, f"{check.size} of {wanted} bytes came back in {PATIENCE} s"
        return time.monotonic() - begin

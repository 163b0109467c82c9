"""How often a server enters the kernel for one key and its echo."""

import time

from bed import ECHO, READY, SHELL
from report import Measured, Table
from ssh_client import SshClient
from system_calls import traced
from turns import by_turns

from .keystroke import one_key

KEYS = 200


def measure(bed, peers, options) -> Measured:
    def work(server, peer):
        return calls_for_a_key(bed, server.open(), server.pids)

    columns = ["calls for a key", "which"]
    rows = by_turns(bed, peers, len(columns), work)
    ssh = SshClient(bed.ssh)
    rows.append(("ssh(1)", calls_for_a_key(bed, ssh, lambda: [ssh.process.pid])))
    bed.clear()
    about = f"""
        `strace -c` of the server and of what it has started, over {KEYS} keys with their echo, less what it does in the
        same time without keys.
    """
    return Measured(Table("System calls", about, columns, rows), [])


def calls_for_a_key(bed, client, pids) -> list:
    with client:
        client.expect(SHELL)
        client.command(ECHO, READY)
        one_key(client, b"1")
        begin = time.monotonic()
        busy = traced(bed.room(), pids(), lambda: [one_key(client, b"1") for _ in range(KEYS)])
        duration = time.monotonic() - begin
        quiet = traced(bed.room(), pids(), lambda: time.sleep(duration))
    calls = {name: (busy[name] - quiet.get(name, 0)) / KEYS for name in busy}
    often = sorted((item for item in calls.items() if item[1] >= 0.1), key=lambda item: -item[1])
    total = sum(count for _, count in often)
    return [f"{total:.1f}", ", ".join(f"{name} {count:.1f}" for name, count in often[:8])]

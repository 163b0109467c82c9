"""A large paste that comes back while it goes in, where hardly anything fits the socket to the SSH server."""

import time

from bed import ECHO, READY, SHELL, Check
from harness.ssh_faults import Proxy
from report import Bar, Measured, Table, milliseconds, size

PIECE = 32 << 10
BUFFER = 4096
PATIENCE = 300


def measure(bed, peers, options) -> Measured:
    rows = []
    wanted = options.paste << 20
    for title, buffer in (("a socket as usual", None), (f"{BUFFER} B of buffer", BUFFER)):
        with Proxy(bed.sshd.port, buffer=buffer) as proxy, peers[0].running(bed, port=proxy.port) as server:
            with server.open() as client:
                client.expect(SHELL)
                client.command(ECHO, READY)
                taken = echo(client, bed.content, wanted)
        rows.append((title, [size(wanted), "all", milliseconds(taken * 1000), f"{wanted / 1e6 / taken:.1f}"]))
        print(f"    {title}: {rows[-1][1]}", flush=True)
    about = (
        "wharf alone: what is typed goes to `cat` behind a raw terminal and comes back, and every byte is compared. The\n"
        "receive buffer of the way to the SSH server is made small, so that it is full nearly all the time."
    )
    bar = Bar(f"paste of {options.paste} MiB, a small buffer", "every byte", "every byte", True)
    return Measured(Table("A paste", about, ["typed", "came back", "in (noisy)", "MB in a second, each way"], rows), [bar])


def echo(client, content, wanted: int) -> float:
    check, sent, begin = Check(content), 0, time.monotonic()
    while check.size < wanted:
        while sent < wanted and client.may_type:
            piece = content[sent : min(sent + PIECE, wanted)]
            sent += len(piece)
            client.type(piece)
        check.add(client.take(0.05 if sent < wanted else 1))
        assert time.monotonic() < begin + PATIENCE, f"{check.size} of {wanted} bytes came back in {PATIENCE} s"
    return time.monotonic() - begin

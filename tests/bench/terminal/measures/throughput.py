"""A large file through the terminal beside the same through ssh(1), by turns; every byte is compared."""

import contextlib
import time
from typing import NamedTuple

from bed import Check
from processes import cpu_milliseconds, tree
from report import Bar, Measured, Table, spread
from ssh_client import SshClient
from turns import by_turns

# `head` waits for a byte, so that the clock starts where the content does, and `sleep` keeps the prompt away.
THROUGH_A_TERMINAL = "stty raw -echo; printf 'rea''dy'; head -c 1 > /dev/null; cat content; sleep 300"
BOUND = 0.75
# What is no match for ssh(1) is given less to do.
SLOW_SHARE = 10
SILENCE = 10


class Run(NamedTuple):
    rate: float  # MB in a second
    cpu: float  # ms of the server, or of ssh, for a MB


def measure(bed, peers, options) -> Measured:
    ratios = {}

    def against_ssh(name, rounds, ours, theirs):
        pairs = []
        for number in range(rounds):
            first, second = (ours, theirs) if number % 2 == 0 else (theirs, ours)
            one, other = first(), second()
            pairs.append((one, other) if number % 2 == 0 else (other, one))
        ratios[name] = [one.rate / other.rate for one, other in pairs]
        return [
            spread(ratios[name]),
            *(spread([getattr(one, field) for one, _ in pairs], form) for field, form in (("rate", "{:.0f}"), ("cpu", "{:.1f}"))),
            *(spread([getattr(other, field) for _, other in pairs], form) for field, form in (("rate", "{:.0f}"), ("cpu", "{:.1f}"))),
        ]  # fmt: skip

    def terminal(server, peer):
        share = len(bed.content) if peer.name == "wharf" else len(bed.content) // SLOW_SHARE
        line = THROUGH_A_TERMINAL.replace("cat content", f"head -c {share} content")
        ours = lambda: through(typed(server.open(), line), server.pids(), bed.content, share)  # noqa: E731
        theirs = lambda: by_ssh(bed, bed.ssh, line, share)  # noqa: E731
        return against_ssh(peer.name, options.rounds, ours, theirs)

    columns = ["ratio to ssh(1)", "MB in a second", "ms of CPU for a MB", "ssh(1): MB in a second", "its CPU"]
    rows = by_turns(bed, peers, len(columns), terminal)
    about = (
        f"`cat` of {len(bed.content) / 1e6:.0f} MB (a tenth of it for the others), against `ssh -tt` by turns, {options.rounds} times: the median, and\n"
        "between which two all were. CPU is that of the server with what it has started. Every byte is compared. Both go\n"
        "through a raw terminal at the far end, which is slower than either. The ratio counts; the rest is noisy."
    )
    ratio = sorted(ratios["wharf"])[len(ratios["wharf"]) // 2]
    bar = Bar("`cat` of 200 MB beside ssh(1)", "≥ 0.75 of its rate", f"{ratio:.2f}", ratio >= BOUND)
    return Measured(Table("A large file", about, columns, rows), [bar])


def typed(client, line):
    client.type(line.encode() + b"\r")
    return client


def by_ssh(bed, command, line, share) -> Run:
    client = typed(SshClient(command), line)
    return through(client, tree(client.process.pid), bed.content, share)


def through(client, pids, content, size) -> Run:
    check = Check(content)
    with contextlib.closing(client):
        client.expect(b"ready")
        cpu, begin = cpu_milliseconds(pids), time.monotonic()
        client.type(b"x")
        while check.size < size:
            before = time.monotonic()
            data = client.take(SILENCE)
            assert data or time.monotonic() < before + SILENCE, f"silence after {check.size} of {size} bytes"
            check.add(data)
        taken = time.monotonic() - begin
        used = cpu_milliseconds(pids) - cpu
    return Run(size / 1e6 / taken, used / (size / 1e6))

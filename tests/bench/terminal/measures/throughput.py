"""A large file through the terminal beside the same through ssh(1), by turns; every byte is compared."""

import contextlib
import time
from typing import NamedTuple

from bed import SHELL, Check
from processes import cpu_milliseconds, tree
from report import Bar, Measured, Table, spread
from ssh_client import SshClient
from turns import by_turns

# `head` waits for a byte, so that the clock starts where the content does, and `sleep` keeps the prompt away.
LINE = "stty raw -echo; printf 'rea''dy'; head -c 1 > /dev/null; head -c {size} content; sleep 300"
BOUND = 0.75
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
        rates, cpus = ([[getattr(run, field) for run in side] for side in zip(*pairs)] for field in Run._fields)
        return [
            spread(ratios[name]),
            *(spread(side, "{:.1f}") for side in (rates[0], cpus[0], rates[1], cpus[1])),
        ]

    def terminal(server, peer):
        share = len(bed.content) // peer.share

        def ours():
            return through(server.open(), server.pids, bed.content, share)

        def theirs():
            client = SshClient(bed.ssh)
            return through(client, lambda: tree(client.process.pid), bed.content, share)

        return against_ssh(peer.name, options.rounds, ours, theirs)

    columns = ["ratio to ssh(1)", "MB in a second", "ms of CPU for a MB", "ssh(1): MB in a second", "its CPU"]
    rows = by_turns(bed, peers, len(columns), terminal)
    about = f"""
        {len(bed.content) / 1e6:.0f} MB of a file, against `ssh -tt` by turns, {options.rounds} times: the median, and
        between which two all were. Who is slow gets a part of it: {parts(bed, peers)} MB. CPU is that of the server
        with what it has started. Every byte is compared. All go through a raw terminal at the far end, whose speed
        bounds every one of them. The ratio counts; the rest is noisy.
    """
    ratio = sorted(ratios["wharf"])[len(ratios["wharf"]) // 2]
    bar = Bar("`cat` of 200 MB beside ssh(1)", "≥ 0.75 of its rate", f"{ratio:.2f}", ratio >= BOUND)
    return Measured(Table("A large file", about, columns, rows), [bar])


def parts(bed, peers) -> str:
    return ", ".join(f"{peer.name} {len(bed.content) / peer.share / 1e6:.1f}" for peer in peers if peer.share > 1)


def through(client, pids, content, size) -> Run:
    check = Check(content)
    with contextlib.closing(client):
        client.expect(SHELL)
        client.command(LINE.format(size=size), b"ready")
        taking_part = pids()
        cpu, begin = cpu_milliseconds(taking_part), time.monotonic()
        client.type(b"x")
        while check.size < size:
            before = time.monotonic()
            data = client.take(SILENCE)
            assert data or time.monotonic() < before + SILENCE, f"silence after {check.size} of {size} bytes"
            check.add(data)
        taken = time.monotonic() - begin
        used = cpu_milliseconds(taking_part) - cpu
    return Run(size / 1e6 / taken, used / (size / 1e6))

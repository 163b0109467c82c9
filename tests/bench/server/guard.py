"""What a message and a connection cost in a build as CI makes it, without the noise of time.

Instructions and system calls may be a tenth more than when their figure was last set: for what of a turn of the loop
depends on the machine. Who makes wharf cheaper sets them anew; who has to raise one says in the commit what for. A
connection's bytes are the same every time; their bound is what `scripts/bench server` calls promised.
"""

import contextlib
import resource
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[1:1] = [str(HERE.parent), str(HERE.parent.parent / "scenario")]

from bed import Bed  # noqa: E402  # they are found from here on
from measures import idle, instructions, syscalls  # noqa: E402
from peers.wharf import Wharf  # noqa: E402

HEADROOM = 1.1


class WithoutRing(Wharf):
    io_uring = "off"


# Not of messages of 16 KiB: in how many pieces one comes, and is put together, differs from run to run.
INSTRUCTIONS = {
    "echo, 1 in flight": 3670,
    "echo, 16 in flight": 2470,
    "fan-out, 1 in flight": 1150,
    "fan-out, 16 in flight": 815,
}
# Without io_uring, and with it.
SYSTEM_CALLS = {
    "echo, 1 in flight": (2.01, 1.05),
    "echo, 16 in flight": (0.126, 0.0646),
    "fan-out, 1 in flight": (1.003, 0.019),
    "fan-out, 16 in flight": (0.0633, 0.0017),
}
# Of a connection that says nothing, among 10 000: in no group, and with the message consumer in one.
PATHS = ("/echo", "/message")
MOST_BYTES = 1800
CONNECTIONS = 10_000
KEPT = 500  # descriptors for everything else


@pytest.fixture
def bed(tmp_path):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.ExitStack() as ends:
        yield Bed(tmp_path, 1, ends)


def check(found: float, before: float, what: str):
    said = f"{what}: {found:.4g}, where it was {before:.4g}"
    print(said)
    assert found <= before * HEADROOM, said


def named(works: dict, bounds: dict) -> list:
    return [pytest.param(work, name, id=name) for work, name in works.items() if name in bounds]


@pytest.mark.parametrize("work, name", named(instructions.WORKS, INSTRUCTIONS))
def test_instructions_of_an_answer(bed, work, name):
    found, functions = instructions.count(bed, WithoutRing(), work)
    print(functions)
    check(found, INSTRUCTIONS[name], f"instructions, {name}")


@pytest.mark.parametrize("work, name", named(syscalls.WORKS, SYSTEM_CALLS))
def test_system_calls_of_an_answer(bed, work, name):
    calls = syscalls.calls_of(bed, WithoutRing(), work)
    check(sum(calls.values()), SYSTEM_CALLS[name][0], f"system calls, {name}")


@pytest.mark.parametrize("work, name", named(syscalls.WORKS, SYSTEM_CALLS))
def test_system_calls_of_an_answer_with_io_uring(bed, work, name):
    calls = syscalls.calls_of(bed, Wharf(), work)
    if "io_uring_enter" not in calls:
        pytest.skip("this kernel has no io_uring for us")
    check(sum(calls.values()), SYSTEM_CALLS[name][1], f"system calls with io_uring, {name}")


@pytest.mark.parametrize("path", PATHS)
def test_bytes_of_an_idle_connection(bed, path):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count = CONNECTIONS if hard == resource.RLIM_INFINITY else min(CONNECTIONS, hard - KEPT)
    found, _, _ = idle.held(bed, Wharf(), idle.Work("idle", "idle", path, count))
    said = f"bytes of an idle connection, {path}: {found:.0f}"
    print(said)
    assert found <= MOST_BYTES, said

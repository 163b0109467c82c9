"""What a piece of work costs: time, processor time of the processes that take part, and commands of Redis."""

import re
import time
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Each for one event, but for the rate."""

    rate: float  # events in a second
    cpu: float  # microseconds in the processes
    redis_cpu: float  # microseconds in Redis
    commands: float  # of Redis, those within scripts included


def cpu_nanoseconds(pid: int) -> int:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return total


def resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


class Meter:
    def __init__(self, redis):
        self.redis = redis

    def _commands(self) -> int:
        with self.redis.client() as client:
            stats = client.info("commandstats")
        # Those of this function and of connecting are no work.
        own = ("cmdstat_info", "cmdstat_ping", "cmdstat_select", "cmdstat_client")
        return sum(entry["calls"] for name, entry in stats.items() if not name.startswith(own))

    def measure(self, pids, events: int, work) -> Cost:
        pids = list(pids)
        commands = self._commands()
        cpu = [cpu_nanoseconds(pid) for pid in (*pids, self.redis.process.pid)]
        begin = time.monotonic()
        work()
        taken = time.monotonic() - begin
        used = [cpu_nanoseconds(pid) - before for pid, before in zip((*pids, self.redis.process.pid), cpu)]
        return Cost(
            rate=events / taken,
            cpu=sum(used[:-1]) / events / 1000,
            redis_cpu=used[-1] / events / 1000,
            commands=(self._commands() - commands) / events,
        )

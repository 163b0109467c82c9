"""What a server and all that it has started take of the machine."""

import re
from pathlib import Path

import psutil
from meter import cpu_nanoseconds


def tree(pid: int) -> list:
    """The numbers of a process and of all that descend from it."""
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


def proportional_bytes(pids: list) -> int:
    """Memory of these processes that is no file's; what several share counts in parts (PSS). Of a file's pages, who
    else on the machine has them mapped changes the share."""
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(re.search(r"^Pss_Anon:\s+(\d+) kB", rollup, re.M)[1]) * 1024
    return total


def cpu_milliseconds(pids: list) -> float:
    return sum(cpu_nanoseconds(pid) for pid in pids) / 1e6

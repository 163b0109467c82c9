"""How often processes enter the kernel, by strace."""

import re
import signal
import subprocess
from pathlib import Path

from harness.deadline import wait_until

# Lines of `strace -c`: share, seconds, microseconds, calls, errors or nothing, name.
LINE = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", re.M)


def traced(room: Path, pids: list, work) -> dict:
    """Calls by name while `work` runs. `room`: a directory for what strace writes."""
    command = ["strace", "-f", "-c", "-o", str(room / "calls"), *(part for pid in pids for part in ("-p", str(pid)))]
    with open(room / "said", "wb") as said:
        strace = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        attached = lambda: (room / "said").read_text(encoding="utf-8").count(" attached") >= len(pids)  # noqa: E731
        wait_until(attached, "strace has attached")
        work()
    finally:
        strace.send_signal(signal.SIGINT)
        strace.wait(20)
    calls = {}
    for count, name in LINE.findall((room / "calls").read_text(encoding="utf-8")):
        if name != "total":
            calls[name] = calls.get(name, 0) + int(count)
    return calls

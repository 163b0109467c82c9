"""What a page of figures says of the machine that they come from."""

import datetime
import os
import platform
import re
from pathlib import Path


def processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.M)
    return found[1] if found else platform.machine()


def description(load: float) -> str:
    """`load`: the load average before anything was measured."""
    date = datetime.date.today().isoformat()
    return (
        f"{date}, {processor()}, {os.cpu_count()} cores, Linux {platform.release()}; "
        f"{load:.1f} processes wanted a core when it began."
    )

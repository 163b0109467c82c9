"""Instructions of a process between two moments, and which functions they belong to."""

import os
import re
import subprocess
from pathlib import Path

TOTAL = re.compile(r"^totals: (\d+)", re.M)
LINE = re.compile(r"^\s*([\d,]+) \([ \d.]+%\)\s+(.*)$", re.M)
PATIENCE = 120
STAND_IN = Path(os.environ["WHARF_BUILD"]) / "tests/bench/server/under_valgrind/stand_in.so"


class Counted:
    def __init__(self, room: Path):
        """`room`: a directory for what callgrind writes."""
        self._room = room
        self.command = [
            "env", f"LD_PRELOAD={STAND_IN}",
            "valgrind", "--tool=callgrind", f"--callgrind-out-file={room}/out", "--quiet",
            "--instr-atstart=no",
        ]  # fmt: skip

    def _control(self, pid: int, *what: str):
        subprocess.run(["callgrind_control", *what, str(pid)], check=True, capture_output=True, timeout=PATIENCE)

    def begin(self, pid: int):
        self._control(pid, "--instr=on")

    def end(self, pid: int) -> int:
        self._control(pid, "--instr=off")
        self._control(pid, "--dump")
        return sum(int(TOTAL.search(text)[1]) for text in (dump.read_text(encoding="utf-8") for dump in self._dumps()))

    def _dumps(self) -> list:
        return sorted(self._room.glob("out.*"))

    def functions(self, answers: int, most: int = 25) -> str:
        """Lines with the instructions for one answer, and the function."""
        command = ["callgrind_annotate", "--auto=no", "--threshold=99", *map(str, self._dumps())]
        text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout
        found = [(int(count.replace(",", "")) / answers, name) for count, name in LINE.findall(text)]
        return "\n".join(f"{count:10.1f}  {name.strip()}" for count, name in found[:most])

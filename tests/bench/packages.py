"""Where peers come from: Debian, and npm."""

import json
import shutil
import subprocess
from pathlib import Path

PATIENCE = 300


def debian_version(package: str) -> str:
    found = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Version}", package], capture_output=True, text=True, check=False
    )
    return f"{found.stdout} (Debian)" if found.returncode == 0 else ""


def not_in_debian(package: str):
    """Why it cannot be had, or None."""
    return None if debian_version(package) else f"{package} is not installed: scripts/dependencies bench"


class Npm:
    """What a directory's package.json names, installed beside it when it is asked for."""

    def __init__(self, room: Path):
        self.room = room
        self.modules = room / "node_modules"

    def missing(self, package: str):
        """Why it cannot be had, or None."""
        if not shutil.which("npm"):
            return "there is no npm"
        if not (self.modules / package).is_dir():
            command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"]
            try:
                done = subprocess.run(
                    command, cwd=self.room, capture_output=True, text=True, timeout=PATIENCE, check=False
                )
            except subprocess.TimeoutExpired:
                return f"npm had not installed it after {PATIENCE} s"
            if done.returncode != 0:
                return f"npm could not install it: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}"
        return None

    def _described(self, package: str) -> dict:
        return json.loads((self.modules / package / "package.json").read_text(encoding="utf-8"))

    def version(self, package: str) -> str:
        return self._described(package)["version"] + " (npm)"

    def entry(self, package: str) -> Path:
        """The file that starts it."""
        described = self._described(package)["bin"]
        return self.modules / package / (described if isinstance(described, str) else described[package])

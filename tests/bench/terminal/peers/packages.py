"""Where peers come from: Debian, and npm."""

import json
import shutil
import subprocess
from pathlib import Path

ROOM = Path(__file__).parent / "npm"
MODULES = ROOM / "node_modules"
PATIENCE = 300


def debian_version(package: str) -> str:
    found = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Version}", package], capture_output=True, text=True, check=False
    )
    return f"{found.stdout} (Debian)" if found.returncode == 0 else ""


def not_in_debian(package: str):
    """Why it cannot be had, or None."""
    return None if debian_version(package) else f"{package} is not installed: scripts/dependencies bench"


def not_in_npm(package: str):
    """Why it cannot be had, or None. Installs what npm/package.json names."""
    if not shutil.which("npm"):
        return "there is no npm"
    if not (MODULES / package).is_dir():
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"]
        try:
            done = subprocess.run(command, cwd=ROOM, capture_output=True, text=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return f"npm had not installed it after {PATIENCE} s"
        if done.returncode != 0:
            return f"npm could not install it: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}"
    return None


def npm_version(package: str) -> str:
    return json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))["version"] + " (npm)"


def entry(package: str) -> list:
    """The command that starts it."""
    described = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))["bin"]
    return ["node", str(MODULES / package / (described if isinstance(described, str) else described[package]))]

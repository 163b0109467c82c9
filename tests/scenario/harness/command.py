"""Verbs of the command line that end by themselves."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import yaml

from .deadline import seconds
from .server import BINARY, SANITIZER


class Outcome(NamedTuple):
    code: int
    stdout: str
    stderr: str


def environment() -> dict:
    """A plugin that crashes in its probe is to end by the signal, in a build with sanitizers as well."""
    changed = dict(os.environ)
    for name in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
        changed[name] = ":".join(filter(None, [changed.get(name), "handle_segv=0"]))
    return changed


def wharf(*arguments, directory: Path, within: float = 20, crash_provoked=False) -> Outcome:
    done = subprocess.run(
        [BINARY, *map(str, arguments)],
        cwd=directory,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=seconds(within),
        check=False,
    )
    assert done.returncode >= 0, f"ended by signal {-done.returncode}:\n{done.stderr}"
    if not crash_provoked:
        assert not SANITIZER.search(done.stderr), done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


def write(directory: Path, config, name="routes.yaml") -> Path:
    file = directory / name
    text = config if isinstance(config, str) else yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
    file.write_text(text, encoding="utf-8")
    return file

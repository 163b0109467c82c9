"""Where a secret may have been left: in what a server wrote, on its command line, and in its memory."""

import itertools
import mmap
from array import array
from pathlib import Path

import psutil


def never(server, *secrets: str):
    """Whatever the server wrote, and whatever others can see of its process, has none of them in it."""
    process = psutil.Process(server.process.pid)
    seen = {"argv": " ".join(process.cmdline()), "environ": str(process.environ())}
    for file in server.directory.rglob("*"):
        if file.is_file() and file != server.file:
            seen[str(file)] = file.read_text(encoding="utf-8", errors="replace")
    assert len(seen[str(server.stderr_file)]) > 100, "a log at debug level is longer"
    for secret in secrets:
        for text in (secret, secret.encode().hex(), repr(secret)[1:-1]):
            places = [place for place, content in seen.items() if text.lower() in content.lower()]
            assert not places, f"{secret} stands in {places}"


def places_in_memory(pid: int, *needles: bytes) -> list:
    """Where in what the process may write to these stand."""
    found = []
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, open(f"/proc/{pid}/pagemap", "rb") as pages:
        for line in maps:
            addresses, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            for begin, end in runs(pages, *(int(address, 16) for address in addresses.split("-"))):
                try:
                    memory.seek(begin)
                    content = memory.read(end - begin)
                except OSError:  # gone meanwhile
                    continue
                found += [(line, needle) for needle in needles if needle in content]
    return found


def runs(pages, begin: int, end: int):
    """The pages there that hold something, in memory or swapped out: the server reserves far more than it uses."""
    first = begin // mmap.PAGESIZE
    pages.seek(first * 8)
    entries = array("Q", pages.read((end - begin) // mmap.PAGESIZE * 8))
    used = ((first + i) for i, entry in enumerate(entries) if entry >> 62)
    for _, run in itertools.groupby(enumerate(used), lambda pair: pair[1] - pair[0]):
        numbers = [page for _, page in run]
        yield numbers[0] * mmap.PAGESIZE, (numbers[-1] + 1) * mmap.PAGESIZE

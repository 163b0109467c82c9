"""Many changes under a steady load: nobody is dropped, nothing is lost or doubled, and nothing grows.

WHARF_SOAK_CHANGES says how many changes, 40 unless it is set. The figures are printed.
"""

import os
import threading
import time
from pathlib import Path

import pytest

from harness.deadline import wait_until
from harness.probe import ECHO, ask
from harness.site import CONSUMERS, Site

CHANGES = int(os.environ.get("WHARF_SOAK_CHANGES", "40"))


class Load:
    """Sends numbers on every connection in turn, and gets each back before the next."""

    def __init__(self, clients):
        self.clients = clients
        self.answered = 0
        self.slowest = 0.0
        self.failure = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            while not self._stopped.is_set():
                for client in self.clients:
                    before = time.monotonic()
                    assert ask(client, str(self.answered)) == str(self.answered)
                    self.slowest = max(self.slowest, time.monotonic() - before)
                    self.answered += 1
        except BaseException as error:  # whatever it is, the test is to hear of it
            self.failure = error

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()

    def check(self):
        if self.failure is not None:
            raise self.failure


def used(server) -> dict:
    process = Path(f"/proc/{server.process.pid}")
    return {
        "descriptors": len(list((process / "fd").iterdir())),
        "threads": len(list((process / "task").iterdir())),
        "bytes": server.resident_bytes(),
    }


@pytest.fixture
def site(serve, tmp_path):
    site = Site(serve, tmp_path)
    site.server.allow("calls itself")
    return site


def put_new_code(site, change):
    """Other content each time, as another build has: what stands behind the end of an ELF file is ignored."""
    code = (CONSUMERS / "tally_one.so").read_bytes()
    new = site.plugins / "tally.new"
    new.write_bytes(code + str(change).encode())
    os.replace(new, site.plugins / "tally.so")


def test_changes_under_load(site):
    echoing = [site.server.open(ECHO) for _ in range(40)]
    put_new_code(site, 0)
    site.add_route(url="^tally$", consumer="tally")
    site.wait_for_answer("one 1", "/tally")
    counting = [site.server.open("/tally") for _ in range(40)]
    routes = site.config["routes"]
    swaps = []
    with Load(echoing) as load:
        before = used(site.server)
        for change in range(1, CHANGES + 1):
            path = f"/new{change}"
            put_new_code(site, change)
            began = time.monotonic()
            if change % 2:
                # One that is refused, before the one that is not.
                site.write(routes=[*routes, {"url": f"^new{change}$", "consumer": "nowhere"}])
            site.write(routes=[*routes, {"url": f"^new{change}$", "consumer": "answer_one"}])
            site.wait_for_answer("one", path)
            swaps.append(time.monotonic() - began)
            # The connections went over to the new code, and count on.
            for client in counting:
                assert ask(client, "?") == f"one {change}"
            load.check()
        site.write(routes=routes)
        site.wait_for_answer(404, path)
        # The sockets of those who only asked may take a moment to go.
        wait_until(lambda: used(site.server)["descriptors"] <= before["descriptors"], "no descriptor is left over")
        after = used(site.server)
    load.check()
    print(
        f"{CHANGES} changes: {load.answered} echoes under way, the slowest {1000 * load.slowest:.1f} ms; "
        f"a new route after {1000 * sorted(swaps)[len(swaps) // 2]:.0f} ms (median), {1000 * max(swaps):.0f} ms (most); "
        f"{(after['bytes'] - before['bytes']) / CHANGES / 1024:.0f} KiB more for each plugin that was loaded"
    )
    assert after["threads"] == before["threads"]

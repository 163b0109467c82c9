"""Many changes under a steady load: nobody is dropped, nothing is lost or doubled, and nothing grows.

Each change puts new code in the place of that of a consumer, adds a route and takes the last one away; before every
second one, a change is tried that has to be refused. Half of the sockets echo numbers all the time, and no change
concerns them. The others are handed over to the new code each time, and count on.

WHARF_SOAK_CHANGES says how many changes, WHARF_SOAK_SOCKETS how many sockets. What happens is printed.
"""

import os
import re
import statistics
import time

import pytest

from harness.deadline import FACTOR, wait_until
from harness.numbered_load import NumberedLoad, allow_sockets
from harness.probe import ECHO
from harness.site import CONSUMERS, Site

CHANGES = int(os.environ.get("WHARF_SOAK_CHANGES", "40" if FACTOR == 1 else "15"))
SOCKETS = int(os.environ.get("WHARF_SOAK_SOCKETS", "1000" if FACTOR == 1 else "200"))
PAUSE = re.compile(r"no socket waited for longer than ([0-9.]+) ms")


@pytest.fixture
def site(serve, tmp_path):
    allow_sockets()
    site = Site(serve, tmp_path)
    site.server.allow("calls itself")
    return site


def put_new_code(site, change):
    """Other content each time, as another build has: what stands behind the end of an ELF file is ignored."""
    code = (CONSUMERS / "tally_one.so").read_bytes()
    new = site.plugins / "tally.new"
    new.write_bytes(code + str(change).encode())
    os.replace(new, site.plugins / "tally.so")


def refuse_a_change(site, routes, path):
    refusals = site.server.log().count("not taken up")
    site.write(routes=[*routes, {"url": f"^{path}$", "consumer": "nowhere"}])
    wait_until(lambda: site.server.log().count("not taken up") > refusals, "the bad change is refused")


def pauses(server) -> list:
    return [float(milliseconds) for milliseconds in PAUSE.findall(server.log())]


def test_changes_under_load(site):
    server = site.server
    echoing = [server.open(ECHO) for _ in range(SOCKETS // 2)]
    put_new_code(site, 0)
    site.add_route(url="^tally$", consumer="tally")
    site.wait_for_answer("one 1", "/tally")
    counting = [server.open("/tally") for _ in range(SOCKETS // 2)]
    routes = site.config["routes"]
    times = []
    print(f"\n{SOCKETS} sockets; for each change: new route after, sockets waited at most, slowest echo, echoes so far")
    with NumberedLoad(echoing) as load:
        descriptors, threads, size = server.descriptors(), server.threads(), server.resident_bytes()
        for change in range(1, CHANGES + 1):
            path = f"new{change}"
            refused = change % 2 == 1
            if refused:
                refuse_a_change(site, routes, path)
            put_new_code(site, change)
            site.write(routes=[*routes, {"url": f"^{path}$", "consumer": "answer_one"}])
            began = time.monotonic()
            site.wait_for_answer("one", f"/{path}")
            times.append(1000 * (time.monotonic() - began))
            # The connections went over to the new code, and count on.
            for client in counting:
                client.say("?")
            for client in counting:
                assert client.text() == f"one {change}"
            load.check()
            print(
                f"{change:4}  {times[-1]:6.1f} ms  {pauses(server)[-1]:6.3f} ms  "
                f"{1000 * load.slowest_since_last_asked():6.1f} ms  {load.answered:9}"
                f"{'  after one that was refused' if refused else ''}"
            )
        site.write(routes=routes)
        site.wait_for_answer(404, f"/{path}")
        # The sockets of those who only asked may take a moment to go.
        wait_until(lambda: server.descriptors() <= descriptors, "no descriptor is left over")
        more = server.resident_bytes() - size
    load.check()
    print(
        f"{CHANGES} changes, {load.answered} echoes, none lost; "
        f"a new route after {statistics.median(times):.0f} ms (median), {max(times):.0f} ms (most); "
        f"no socket waited for longer than {max(pauses(server)):.3f} ms; "
        f"{more / CHANGES / 1024:.0f} KiB more for each plugin that was loaded"
    )
    assert server.threads() == threads

"""What a connection takes while nobody says anything."""

import re
import resource
import time
from pathlib import Path

from load import Failed, Load, Work
from processes import cpu_milliseconds, proportional_bytes
from report import Bar, Measured, Table, size
from rounds import failed

# Of a connection, in the kernel's slabs.
SLABS = ("TCP", "sock_inode_cache", "filp", "dentry", "eventpoll_epi", "eventpoll_pwq", "skbuff_head_cache")
KEPT = 500  # descriptors for everything else
MOST = 200_000  # what a machine with more of them holds in a minute
SECONDS = 5
BOUND = 1800


def measure(bed, peers, options) -> Measured:
    count = options.idle
    most = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0] - KEPT, MOST)
    cases = {"alone": ("/echo", count), "in a group": ("/message", count), f"in a group of {most}": ("/message", most)}
    each, rows, cpu = {}, [], {}
    print(f"  {count} connections, and {most}", flush=True)
    for peer in peers:
        cells = {}
        for case, (path, connections) in cases.items():
            work = Work("idle", "idle", path, connections)
            if path not in peer.paths or (connections > count and not peer.takes(work)):
                continue
            try:
                cells[case], kernel, cpu[peer.name] = held(bed, peer, work)
            except (AssertionError, Failed) as error:
                reason = failed(peer, error).failure
                break
        else:
            if cells:
                each[peer.name] = cells
                shown = [f"{cells[case]:.0f} B" if case in cells else "" for case in cases]
                rows.append((peer.name, [*shown, size(kernel), f"{cpu[peer.name]:.1f} ms"]))
                print(f"    {peer.name}: {' | '.join(rows[-1][1])}", flush=True)
            continue
        rows.append((peer.name, [f"failed: {reason}", *[""] * (len(cases) + 1)]))
    about = (
        f"{count} connections that say nothing, and as many as descriptors allow here: the memory of the server's processes\n"
        "for each further one, with /echo and as members of one group of the message consumer; what the kernel's slabs take\n"
        "for both ends of one, counted on the whole machine (noisy); and the server's processor time in a second."
    )
    mine = max(each["wharf"].values())
    bars = [
        Bar("memory of an idle member of a group", f"{BOUND} B", f"{mine:.0f} B", mine <= BOUND),
        Bar(f"idle with {count} connections", "near 0", f"{cpu['wharf']:.1f} ms/s", cpu["wharf"] <= 5),
    ]
    columns = [*cases, "kernel", "time in a second"]
    return Measured(Table("Idle connections", about, columns, rows), bars)


def held(bed, peer, work) -> tuple:
    """(bytes of the server for each, bytes of the kernel, milliseconds of processor time in a second)"""
    few = work._replace(connections=max(work.connections // 100, 1))
    server = bed.start(peer)
    try:
        # What the first ones bring about is no part of the others.
        with Load(server.port, few):
            before, kernel_before = proportional_bytes(server.pids()), slab_bytes()
            with Load(server.port, work):
                time.sleep(1)
                kernel = slab_bytes() - kernel_before
                own = proportional_bytes(server.pids()) - before
                cpu = cpu_milliseconds(server.pids())
                time.sleep(SECONDS)
                cpu = cpu_milliseconds(server.pids()) - cpu
    finally:
        server.stop()
    return own / work.connections, kernel / work.connections, cpu / SECONDS


def slab_bytes() -> int:
    try:
        lines = Path("/proc/slabinfo").read_text(encoding="ascii")
    except PermissionError:
        return 0
    found = re.findall(r"^(\S+)\s+(\d+)\s+\d+\s+(\d+)", lines, re.M)
    return sum(int(objects) * int(each) for name, objects, each in found if name in SLABS)

"""One server after the other, each new, and with nobody else on the bed."""

import psutil
from peers.wharf import Wharf
from websocket import Ended


def by_turns(bed, peers: list, columns: int, work) -> list:
    """Rows: `work(server, peer)` returns the cells. A peer that fails says how; if wharf fails, all has failed."""
    rows = []
    for peer in peers:
        try:
            with peer.running(bed) as server:
                cells = work(server, peer)
        except (AssertionError, Ended, OSError, psutil.Error) as error:
            if isinstance(peer, Wharf):
                raise
            cells = [f"failed: {reason(error)}", *[""] * (columns - 1)]
        print(f"    {peer.name}: {' | '.join(cells)}", flush=True)
        rows.append((peer.name, cells))
    return rows


def reason(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:120].replace("|", "/")

"""Who takes part. wharf is always the first."""

from .built import Bare, Textbook
from .channels import Daphne, Uvicorn
from .javascript import Bun, Ws
from .nchan import Nchan
from .wharf import Wharf, WharfTwo

PEERS = (WharfTwo, Bare, Bun, Textbook, Ws, Nchan, Uvicorn, Daphne)
ELSEWHERE = [
    ("uWebSockets itself", "Debian 12 has no package of it, and npm forks by others alone; Bun is built on it"),
]


def everybody(names=None) -> tuple:
    """(those that take part, [(who cannot be had, why)]). `names`: those that are wanted beside wharf."""
    found, absent = [Wharf()], list(ELSEWHERE)
    for peer in (kind() for kind in PEERS):
        if names is not None and peer.name not in names:
            continue
        why = peer.missing()
        if why:
            absent.append((peer.name, why))
        else:
            found.append(peer)
    return found, absent

"""Who takes part. wharf is always the first."""

from .gritty import Gritty
from .terminado import Terminado
from .wetty import Wetty
from .wharf import Wharf

PEERS = (Wetty, Gritty, Terminado)
# What is neither Debian 12's nor npm's.
ELSEWHERE = []


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

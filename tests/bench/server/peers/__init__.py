"""Who takes part. wharf is always the first."""

from participants import participants

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
    """See participants(). `names`: those that are wanted beside wharf."""
    return participants(Wharf(), PEERS, ELSEWHERE, names)

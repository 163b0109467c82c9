"""Who takes part. wharf is always the first."""

from participants import participants

from .gritty import Gritty
from .paramiko_consumer import ParamikoConsumer
from .shellinabox import ShellInABox
from .terminado import Terminado
from .wetty import Wetty
from .wharf import Wharf

PEERS = (ParamikoConsumer, Wetty, Gritty, Terminado, ShellInABox)
ELSEWHERE = [
    ("ttyd", "neither Debian 12 nor npm has it (npm's `ttyd` is something else)"),
    ("webssh", "in the Python Package Index alone"),
    ("webssh2, sshwifty", "neither Debian 12 nor npm has their servers"),
    ("Guacamole", "Debian 12 has no guacd"),
    ("Cockpit", "in Debian 12, but its terminal is a part of a tool for one machine, and was not tried"),
]


def everybody(names=None) -> tuple:
    """See participants(). `names`: those that are wanted beside wharf."""
    return participants(Wharf(), PEERS, ELSEWHERE, names)

"""The probe consumer (tests/consumers/probe), which does what a test asks for: routes to it, and its journal."""

import json
import os
from collections import Counter

from .deadline import wait_until
from .message import NAMED_USERS
from .server import configuration

ECHO = "/probe/echo"

# The server runs in a directory of its own, where the journal is.
CONFIG = {"journal": "journal"}


def probe_configuration(**settings) -> dict:
    """`/probe/…`: the probe. `/nodrain/…`: the same without `drain`."""
    routes = [
        {"url": "^probe/", "consumer": "probe", "config": CONFIG},
        {"url": "^nodrain/", "consumer": "probe_nodrain", "config": CONFIG},
    ]
    return configuration(**{"auth": NAMED_USERS, "routes": routes, **settings})


def ask(client, command: str) -> str:
    """A command that has one text as its answer."""
    client.say(command)
    return client.text()


def answers(client, command: str, within: float = 5) -> list:
    """A command that may have any number of texts as its answer: those that come before the next command's."""
    mark = f"mark {os.urandom(8).hex()}"
    client.say(command)
    client.say(mark)
    found = []
    while mark not in found:
        found.append(client.text(within))
    return found[:-1]


def scope(client) -> dict:
    return json.loads(ask(client, "scope"))


class Journal:
    """What was written so far, by connection."""

    def __init__(self, lines: list):
        self.connected = Counter()
        self.disconnected = Counter()
        self.codes = {}
        self.reasons = {}
        self.drains = Counter()
        self.others = []
        for line in lines:
            kind, _, rest = line.partition(" ")
            words = rest.split(" ", 2)
            if kind == "connect":
                self.connected[words[0]] += 1
            elif kind == "disconnect":
                self.disconnected[words[0]] += 1
                self.codes[words[0]] = int(words[1])
                self.reasons[words[0]] = words[2]
            elif kind == "drain":
                self.drains[words[0]] += 1
            else:
                self.others.append(line)

    @property
    def all_codes(self) -> list:
        return list(self.codes.values())


def journal(server) -> Journal:
    return Journal(server.journal())


def wait_for_connects(server, count: int):
    wait_until(lambda: len(journal(server).connected) >= count, f"{count} connects")


def wait_for_disconnects(server, count: int, within: float = 10) -> Journal:
    """Waits until so many connections ended, each exactly once."""
    wait_until(lambda: sum(journal(server).disconnected.values()) >= count, f"{count} disconnects", within)
    found = journal(server)
    assert set(found.disconnected.values()) <= {1}, f"told twice: {found.disconnected}"
    assert set(found.disconnected) <= set(found.connected), "a disconnect without a connect"
    assert len(found.disconnected) == count, f"{len(found.disconnected)} disconnects instead of {count}"
    return found

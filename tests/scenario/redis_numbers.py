"""Numbered messages: everybody hears all that anybody says, each once, and each sender's in their order.

Django drops what comes when the queue of a receiver holds 100 messages, so where it takes part nobody says more
than all can hear before all have heard it. wharf waits for room: among themselves, wharfs may say all at once.
"""

import threading

import pytest

from harness import frame
from harness.channel_layer import CORE, PUBSUB, ChannelLayer
from harness.conversation import Conversation
from harness.deadline import seconds, wait_until
from harness.message import is_answer, message_configuration
from harness.probe import ECHO, ask

pytest_plugins = ["harness.redis_fixtures"]

COUNT = 10000
# What may be on its way to one process: less than the capacity of its queue.
UNHEARD = 90
KEYS = ["first key", "second key"]
# Names of groups, by the number of hosts: one at each, by CRC-32 of the name or of its Redis channel.
SPREAD = {
    (CORE, 1): ["alice"],
    (PUBSUB, 1): ["alice"],
    (CORE, 3): ["bob", "dave", "alice"],
    (PUBSUB, 3): ["alice", "bob", "frank"],
}
LAYERS = [(CORE, 1, []), (CORE, 3, KEYS), (PUBSUB, 1, []), (PUBSUB, 3, [])]


@pytest.fixture(scope="module")
def three_hosts(start_redis):
    return [start_redis() for _ in range(3)]


@pytest.fixture(params=LAYERS, ids=["core", "core_three_hosts_encrypted", "pubsub", "pubsub_three_hosts"])
def layer(three_hosts, request):
    flavour, count, keys = request.param
    for server in three_hosts:
        server.clear()
    return ChannelLayer(flavour, three_hosts[:count], keys=keys)


@pytest.fixture
def groups(layer):
    return SPREAD[layer.flavour, len(layer.servers)]


@pytest.fixture
def reach(serve):
    """reach(layer, configuration): a wharf that is connected to all hosts."""

    def start(layer, configuration):
        server = serve(configuration)
        wait_until(lambda: server.log().count(") is connected") == len(layer.servers), "all hosts are reached")
        return server

    return start


def check_spread(layer, groups):
    """Each host has one of the groups."""
    for server in layer.servers:
        held = [
            group
            for group in groups
            if server.keys(f"asgi:group:{group}") or server.subscribers(f"asgi__group__{group}")
        ]
        assert len(held) == 1, f"at {server.url}: {held}"


class Count:
    """What one listener heard of each sender: the numbers from 0, without a gap."""

    def __init__(self):
        self.next = {}

    def take(self, text: str):
        sender, _, number = text.rpartition(" ")
        expected = self.next.get(sender, 0)
        assert int(number) == expected, f"{number} of `{sender}` instead of {expected}"
        self.next[sender] = expected + 1

    @property
    def total(self) -> int:
        return sum(self.next.values())


def test_with_django_in_between(reach, django, layer, groups):
    wharfs = [reach(layer, message_configuration(channel_layer=layer.wharf())) for _ in range(2)]
    sites = [*wharfs, django(layer)]
    talks = [Conversation(layer, group) for group in groups]
    for talk in talks:
        for site in sites:
            talk.open(site)
    check_spread(layer, groups)
    each = UNHEARD // (len(sites) * len(groups))
    counts = {tab: Count() for talk in talks for tab in talk.tabs}
    # The whole count takes Django ten seconds: once for each flavour.
    rounds = (COUNT if len(groups) == 1 else COUNT // 4) // UNHEARD + 1
    for first in range(0, rounds * each, each):
        for talk in talks:
            for sender, tab in enumerate(talk.tabs):
                words = [f"{talk.user} {sender} {number}" for number in range(first, first + each)]
                tab.send(b"".join(map(frame.text, words)))
        for talk in talks:
            for tab in talk.tabs:
                for _ in range(each * len(sites)):
                    text = tab.text()
                    counts[tab].take(text)
                    assert is_answer(tab.text(), text)
    for talk in talks:
        for tab in talk.tabs:
            assert counts[tab].next == {f"{talk.user} {sender}": rounds * each for sender in range(len(sites))}
        talk.say(talk.tabs[0], "nothing before this")
        for tab in talk.tabs:
            tab.nothing_before_pong()


def test_wharfs_say_all_at_once(reach, layer, groups):
    if layer.flavour == CORE:
        # How soon the other process makes room is the machine's matter.
        layer.settings["full_queue"] = "1 min"
    wharfs = [reach(layer, layer.probe()) for _ in range(2)]
    listeners = [wharf.open(ECHO) for wharf in wharfs for _ in range(2)]
    for listener in listeners:
        for group in groups:
            assert ask(listener, f"join {group}") == "OK"
    for group in groups:
        layer.wait_for_entries(group, len(wharfs))
    check_spread(layer, groups)
    senders = [wharf.open(ECHO) for wharf in wharfs]
    counts = {listener: Count() for listener in listeners}

    def say(name, numbers):
        words = [f"send {group} {name} {group} {number}" for number in numbers for group in groups]
        senders[name].send(b"".join(map(frame.text, words)))

    def hear(up_to: int):
        for listener, count in counts.items():
            for _ in range(up_to * len(groups) * len(senders) - count.total):
                count.take(listener.text(within=10))
            assert count.next == {f"{name} {group}": up_to for name in range(len(senders)) for group in groups}

    each = COUNT // len(senders) // len(groups)
    # At the same time, and nobody waits for a listener.
    threads = [threading.Thread(target=say, args=[name, range(each)], daemon=True) for name in range(len(senders))]
    for thread in threads:
        thread.start()
    hear(each)
    for thread in threads:
        thread.join(seconds(10))
        assert not thread.is_alive()
    # What comes next is new, and no sender was told that it was not taken.
    for name in range(len(senders)):
        say(name, [each])
    hear(each + 1)
    for client in (*listeners, *senders):
        client.nothing_before_pong()

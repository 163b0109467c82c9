"""The channel layer over Redis beside channels_redis: same Redis, same run, by turns.

    WHARF_BINARY=$PWD/build/runtime/wharf WHARF_BUILD=$PWD/build /usr/bin/python3 tests/bench/redis_layer.py [ROUNDS]

Takes about half a minute a round, and asks for a machine that does nothing else. What counts is the ratio of two
neighbours in time, of which the table shows the median, the least and the most. An event that is lost, doubled or
out of order ends the run. A window is the number of events that may be on their way: channels_redis drops what
comes when a hundred wait. "1 to 1" is channels_redis in two bare processes beside wharf with its sockets, so that a
window of 1 has two hops more on wharf's side; "daphne" is the same application on both sides.
"""

import asyncio
import contextlib
import resource
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).parent.parent / "scenario"))

from harness.channel_layer import CORE, FLAVOURS, ChannelLayer  # noqa: E402  # they are found from here on
from harness.django_site import DjangoSite  # noqa: E402
from harness.message import as_user, message_configuration  # noqa: E402
from harness.probe import ECHO, ask  # noqa: E402
from harness.redis import Redis  # noqa: E402
from harness.server import Server  # noqa: E402
from meter import Cost, Meter, resident_megabytes  # noqa: E402
from python_pair import PythonPair  # noqa: E402
from sockets import NUMBER_BYTES, PAIR_BYTES, Exchange, check_numbers, check_pairs  # noqa: E402

WINDOW = 90
AT_ONCE = 100_000
# Who listens and says nothing is pinged otherwise.
NO_PINGS = {"ping": "1 h"}
REAL_SOCKETS, CHANNELS = 10_000, 100_000


class Bench:
    def __init__(self, directory: Path, rounds: int, ends: contextlib.ExitStack):
        self.directory = directory
        self.rounds = rounds
        self.ends = ends
        self.count = 0
        self.redis = Redis(self.room())
        ends.callback(self.redis.stop)
        self.meter = Meter(self.redis)

    def room(self) -> Path:
        self.count += 1
        room = self.directory / str(self.count)
        room.mkdir()
        return room

    def wharfs(self, configuration) -> list:
        servers = [Server(self.room(), configuration) for _ in range(2)]
        for server in servers:
            self.ends.callback(server.stop)
            server.wait_for_log("is connected")
        return servers

    def djangos(self, layer) -> list:
        sites = [DjangoSite(self.room(), layer) for _ in range(2)]
        for site in sites:
            self.ends.callback(site.kill)
        return sites

    def compare(self, title: str, ours: Callable[[], Cost], theirs: Callable[[], Cost]):
        """By turns, and who begins changes as well."""
        pairs = []
        for number in range(self.rounds):
            if number % 2 == 0:
                one = ours()
                other = theirs()
            else:
                other = theirs()
                one = ours()
            pairs.append((one, other))
        show(title, pairs)


def show(title: str, pairs: list):
    print(f"\n{title:50}{'wharf':>10}{'Python':>10}    ratio")
    names = {
        "rate": "events in a second",
        "cpu": "µs of both processes for one event",
        "redis_cpu": "µs of Redis for one event",
        "commands": "commands of Redis for one event",
    }
    for field, name in names.items():
        ours, theirs = ([getattr(pair[side], field) for pair in pairs] for side in (0, 1))
        ratios = [one / other for one, other in zip(ours, theirs)]
        print(
            f"  {name:48}{statistics.median(ours):10.1f}{statistics.median(theirs):10.1f}"
            f"    {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})",
            flush=True,
        )


def pids(servers) -> list:
    return [server.process.pid for server in servers]


def layer_alone(bench: Bench, layer: ChannelLayer, python: PythonPair):
    """One process sends to a group that has its one member in the other."""
    servers = bench.wharfs(layer.probe(workers=1, limits=NO_PINGS))
    voice, ear = servers[0].open(ECHO), servers[1].open(ECHO)
    assert ask(ear, "join w") == "OK"
    layer.wait_for_entries("w", 1)

    def ours(count, window):
        exchange = Exchange(voice, [ear], count, "send w {:08}", NUMBER_BYTES)
        cost = bench.meter.measure(pids(servers), count, lambda: exchange.run(window))
        check_numbers(exchange.heard[ear], count)
        return cost

    def theirs(count, window):
        return bench.meter.measure(python.pids, count, lambda: python.run(count, window))

    for window, many, few in ((WINDOW, 50_000, 2000), (1, 5000, 1000)):
        title = f"{layer.flavour}, 1 to 1, window {window}"
        bench.compare(title, lambda: ours(many, window), lambda: theirs(few, window))
    costs = [ours(AT_ONCE, None) for _ in range(bench.rounds)]
    median = Cost(*map(statistics.median, zip(*costs)))
    print(
        f"\n{layer.flavour}, wharf alone, {AT_ONCE} events at once: {median.rate:.0f} in a second, "
        f"{median.cpu:.1f} µs, Redis {median.redis_cpu:.1f} µs, {median.commands:.2f} commands for one",
        flush=True,
    )


def open_tabs(sites, each: int, layer: ChannelLayer, user: str) -> list:
    tabs = [site.open("/message/", **as_user(user)) for site in sites for _ in range(each)]
    by_socket = isinstance(sites[0], DjangoSite) and layer.flavour == CORE
    layer.wait_for_entries(user, len(tabs) if by_socket else len(sites), within=30)
    # Django joins later than it answers. A tab is heard only after it has joined.
    for last in (tabs[each - 1], tabs[-1]):
        last.say("all there")
        for tab in tabs:
            assert tab.text() == "all there" and tab.text()
    return tabs


def with_sockets(bench: Bench, layer: ChannelLayer):
    """From socket to socket: tabs of a visitor at two servers, each of which hears each event as two messages."""
    wharfs = bench.wharfs(message_configuration(workers=1, channel_layer=layer.wharf()))
    djangos = bench.djangos(layer)

    def run(sites, each, count, window):
        user = "django" if sites is djangos else "wharf"
        tabs = open_tabs(sites, each, layer, user)
        exchange = Exchange(tabs[0], tabs, count, "{:08}", PAIR_BYTES)
        cost = bench.meter.measure(pids(sites), count, lambda: exchange.run(window))
        for tab in tabs:
            check_pairs(exchange.heard[tab], count)
            tab.close()
        layer.wait_for_entries(user, 0, within=30)
        return cost

    for each, window, many, few in ((1, WINDOW // 2, 20_000, 1000), (100, 20, 1000, 50)):
        title = f"{layer.flavour}, daphne, 2 times {each} tabs, window {window}"
        bench.compare(title, lambda: run(wharfs, each, many, window), lambda: run(djangos, each, few, window))


def memory(bench: Bench):
    """What a large group takes in Redis, and what it takes to send to it."""
    layer = ChannelLayer(CORE, [bench.redis])
    servers = bench.wharfs(layer.probe(workers=1, limits=NO_PINGS))
    sockets = [server.open(ECHO) for server in servers for _ in range(REAL_SOCKETS // 2)]
    for client in sockets:
        client.say("join ours")
    for client in sockets:
        assert client.text() == "OK"
    layer.wait_for_entries("ours", 2)

    async def add_all(sender):
        for first in range(0, CHANNELS, 100):
            names = [f"specific.{'c' * 32}!{number:032x}" for number in range(first, first + 100)]
            await asyncio.gather(*(sender.group_add("theirs", name) for name in names))

    layer.run(add_all, within=300)
    layer.wait_for_entries("theirs", CHANNELS)
    with bench.redis.client() as client:
        ours, theirs = (client.memory_usage(f"asgi:group:{group}", samples=0) for group in ("ours", "theirs"))
    resident = " and ".join(f"{resident_megabytes(pid):.0f}" for pid in pids(servers))
    print(f"\nMemory of a group in Redis\n  wharf, {REAL_SOCKETS} sockets in 2 processes: {ours} bytes, 2 members,")
    print(f"  whatever the number of sockets; the processes have {resident} MB resident")
    print(f"  channels_redis, {CHANNELS} channels: {theirs} bytes, {CHANNELS} members")
    # All of them hear.
    sockets[0].say("send ours hello")
    for client in sockets:
        assert client.text() == "hello"
        client.close()
    with bench.redis.client() as client:
        client.delete("asgi:group:theirs")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as ends:
        bench = Bench(Path(directory), rounds, ends)
        for flavour in FLAVOURS:
            layer = ChannelLayer(flavour, [bench.redis])
            with contextlib.closing(PythonPair(layer)) as python:
                layer_alone(bench, layer, python)
            with_sockets(bench, layer)
        memory(bench)


if __name__ == "__main__":
    main()

"""Everybody's turn, round after round: what two neighbours in time have taken can be compared."""

import statistics
from typing import NamedTuple

from load import Failed, Load
from peers.wharf import Wharf
from processes import cpu_milliseconds


class Sample(NamedTuple):
    """What one piece of work took."""

    cpu: float  # microseconds of the server's processes, for one answer
    rate: float  # answers in a second
    load: float  # the part of a core that the load has used
    said: dict  # by the load itself


class Series(NamedTuple):
    """One server's rounds of one kind of work, or why there are none."""

    samples: list
    failure: str = ""

    def median(self, field: str = "cpu") -> float:
        return statistics.median(getattr(sample, field) for sample in self.samples)

    def ratios(self, other: "Series", field: str = "cpu") -> list:
        """This one's by the other's, round by round."""
        return [getattr(a, field) / getattr(b, field) for a, b in zip(self.samples, other.samples)]


def one(server, work) -> Sample:
    with Load(server.port, work) as load:
        pids = server.pids()
        before = cpu_milliseconds(pids)
        said = load.run()
        cpu = cpu_milliseconds(pids) - before
    answers = work.messages * work.answers
    return Sample(cpu * 1000 / answers, answers / said["seconds"], said["cpu"] / said["seconds"], said)


def by_turns(bed, peers: list, work, rounds: int) -> dict:
    """Series by the name of the peer. All servers live from the first round to the last; who is first changes."""
    print(f"  {work.name}", flush=True)
    servers, series = {}, {}
    for peer in peers:
        if not peer.takes(work):
            continue
        try:
            servers[peer] = bed.start(peer)
            series[peer.name] = Series([])
        except AssertionError as error:
            series[peer.name] = failed(peer, error)
    try:
        for number in range(rounds):
            order = list(servers)
            for peer in order[number % len(order) :] + order[: number % len(order)]:
                if series[peer.name].failure:
                    continue
                try:
                    series[peer.name].samples.append(one(servers[peer], work.scaled(bed.scale / peer.slowness(work))))
                except Failed as error:
                    series[peer.name] = failed(peer, error)
    finally:
        for server in servers.values():
            server.stop()
    for name, each in series.items():
        if each.failure:
            print(f"    {name}: {each.failure}", flush=True)
        else:
            print(f"    {name}: {each.median():.2f} µs, {each.median('rate'):.0f} a second", flush=True)
    return series


def failed(peer, error: Exception) -> Series:
    """A peer that fails says how; if wharf fails, all has failed."""
    if isinstance(peer, Wharf):
        raise error
    lines = str(error).splitlines() or [type(error).__name__]
    return Series([], lines[0][:120].replace("|", "/"))

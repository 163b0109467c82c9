"""The same over Redis, as several processes need it."""

import peers.redis as over_redis
from load import Work
from report import Bar, Measured

from .costs import costs, plotted, ratio, table

GROUP = Work("1000, 4 in flight", "fan-out", "/message", 1000, 400, window=4)


def measure(bed, peers, options) -> Measured:
    names = [peer.name for peer in peers]
    taking_part = [peer for peer in over_redis.everybody() if peer.name in names]
    measured = costs(bed, taking_part, [GROUP], options)
    about = "The message consumer's work with the layer of channels_redis in Redis; Redis' own time is not in it."
    bars = []
    for peer in ("uvicorn", "daphne"):
        found = ratio(measured, GROUP, peer)
        if found is not None:
            bars.append(Bar(f"fan-out over Redis, {GROUP.name}: below {peer}", "50x", f"{1 / found:.0f}x", found <= 1 / 50))
    return Measured(table("Fan-out over Redis", about, taking_part, measured), bars, plotted("Fan-out over Redis", measured))

"""What one says, all members of its group hear: the processor time that the server takes for one delivery."""

from load import Work
from report import Bar, Measured

from .costs import costs, plotted, ratio, table

# Deliveries of a measurement, however many members.
DELIVERIES = {1: 200_000, 16: 1_000_000}


def work(members: int, window: int, path="/message") -> Work:
    deliveries = DELIVERIES[window]
    return Work(f"{members}, {window} in flight", "fan-out", path, members, deliveries // members, window)


def measure(bed, peers, options) -> Measured:
    works = [work(members, window) for members in options.members for window in DELIVERIES]
    measured = costs(bed, peers, works, options)
    about = (
        "The message consumer's work: every member hears the text, and then the text once more behind the time; both\n"
        "together are one delivery. By the number of members, and of messages that not everybody has heard."
    )
    bars = []
    for each in works:
        most = 1.0 if each.window == 1 else 0.75
        for peer, bound in (("bun", most), ("bare", 1.15)):
            found = ratio(measured, each, peer)
            if found is not None:
                bars.append(Bar(f"fan-out, {each.name}: {peer}'s", f"{bound:.2f}", f"{found:.2f}", found <= bound))
        two = ratio(measured, each, "wharf, 2 workers")
        if two is not None and each.connections == 1000:
            # What two cores would do if both did nothing else: here they run the load as well.
            bars.append(Bar(f"fan-out, {each.name}: two workers on two cores", "1.8x", f"{2 * two:.2f}x", 2 * two >= 1.8))
        for peer in ("uvicorn", "daphne"):
            found = ratio(measured, each, peer)
            if found is not None and each.connections == 1000:
                bars.append(Bar(f"fan-out, {each.name}: below {peer}", "150x", f"{1 / found:.0f}x", found <= 1 / 150))
    return Measured(table("Fan-out", about, peers, measured), bars, plotted("Fan-out", measured))

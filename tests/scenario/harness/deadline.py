"""Deadlines: every wait has one, and slower builds of the server get longer ones."""

import os
import time

# Set for builds with sanitizers. It stretches deadlines, never the limits that the server is configured with.
FACTOR = float(os.environ.get("WHARF_TIME_FACTOR", "1"))


def seconds(value: float) -> float:
    return value * FACTOR


def wait_until(condition, what: str, within: float = 10):
    """Returns the first true answer of `condition`; fails when none comes in time."""
    end = time.monotonic() + seconds(within)
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds(within)} s: {what}")
        time.sleep(0.01)

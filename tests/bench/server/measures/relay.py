"""The same with one text for each member, which is all that nchan does."""

from report import Measured

from .costs import costs, plotted, table
from .fan_out import DELIVERIES, work

MEMBERS = 1000


def measure(bed, peers, options) -> Measured:
    measured = costs(bed, peers, [work(MEMBERS, window, "/relay") for window in DELIVERIES], options)
    about = "Every member hears the text once."
    return Measured(table("Fan-out of single texts", about, peers, measured), [], plotted("Fan-out of single texts", measured))

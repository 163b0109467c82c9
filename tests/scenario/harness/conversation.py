"""The tabs of one visitor at several servers, each of which says everything twice (see harness/message.py)."""

from .channel_layer import CORE, ChannelLayer
from .django_site import DjangoSite
from .message import as_user, is_answer


def hear_pair(tab, text: str):
    assert tab.text() == text
    answer = tab.text()
    assert is_answer(answer, text), answer


class Conversation:
    def __init__(self, layer: ChannelLayer, user: str):
        self.layer = layer
        self.user = user
        self.tabs = []
        self._sites = []

    def open(self, site):
        """One more tab; when this returns, it hears what anybody says."""
        # wharf has one entry in Redis for all its sockets, and so has Django's pub/sub layer.
        by_socket = isinstance(site, DjangoSite) and self.layer.flavour == CORE
        expected = self.layer.entries(self.user) + (by_socket or site not in self._sites)
        tab = site.open("/message/", **as_user(self.user))
        self.layer.wait_for_entries(self.user, expected)
        self.tabs.append(tab)
        self._sites.append(site)
        # A wharf tells its own sockets before it asks Redis who else is there. What is heard in one process only may
        # still be on its way to somebody who joins elsewhere by then: nothing is said before there are two.
        if len({id(each) for each in self._sites}) > 1:
            self.say(tab, f"tab {len(self.tabs)}")
        return tab

    def say(self, tab, text: str):
        tab.say(text)
        self.hear(text)

    def hear(self, text: str):
        """All tabs hear it, and nothing before it."""
        for tab in self.tabs:
            hear_pair(tab, text)

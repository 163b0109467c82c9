"""`channel_layer:` changes while the server runs: sockets and their groups stay."""

import pytest

from harness.channel_layer import CORE, PUBSUB, ChannelLayer
from harness.deadline import wait_until
from harness.probe import ECHO, answers, ask
from harness.site import Site

pytest_plugins = ["harness.redis_fixtures"]


@pytest.fixture
def site(serve, tmp_path):
    return Site(serve, tmp_path)


@pytest.fixture
def tabs(site):
    clients = [site.server.open(ECHO) for _ in range(6)]
    for client in clients:
        assert ask(client, "join g") == "OK"
    return clients


def go_over(site, layer):
    """`layer`: a ChannelLayer, or None for memory."""
    before = site.server.log().count("taken up: ~ channel_layer")
    site.write(channel_layer="memory" if layer is None else layer.wharf())
    wait_until(
        lambda: site.server.log().count("taken up: ~ channel_layer") > before, "the channel layer has changed"
    )


@pytest.mark.parametrize("flavour", [CORE, PUBSUB])
def test_from_memory_to_redis_and_back(site, tabs, redis, flavour):
    layer = ChannelLayer(flavour, [redis])
    go_over(site, layer)
    layer.wait_for_entries("g", 1)
    layer.send("g", "from Django")
    for tab in tabs:
        assert tab.text() == "from Django"
    go_over(site, None)
    layer.wait_for_entries("g", 0)
    layer.send("g", "to nobody")
    assert ask(tabs[0], "send g from a tab") == "from a tab"
    for tab in tabs[1:]:
        assert tab.text() == "from a tab"
    for tab in tabs:
        tab.nothing_before_pong()


def test_from_one_redis_to_another(site, tabs, start_redis):
    one, two = (ChannelLayer(CORE, [start_redis()]) for _ in range(2))
    for layer, other in ((one, two), (two, one)):
        go_over(site, layer)
        layer.wait_for_entries("g", 1)
        assert other.entries("g") == 0
        layer.send("g", "once each")
        for tab in tabs:
            assert tab.text() == "once each"
    for tab in tabs:
        tab.nothing_before_pong()


def test_nobody_hears_twice_on_the_same_redis(site, tabs, redis):
    """One key of its configuration changes, and the server of Redis stays."""
    go_over(site, ChannelLayer(CORE, [redis]))
    for capacity in (200, 300, 400):
        layer = ChannelLayer(CORE, [redis], capacity=capacity)
        go_over(site, layer)
        layer.wait_for_entries("g", 1)
        layer.send("g", f"with {capacity}")
        for tab in tabs:
            assert tab.text() == f"with {capacity}"
    for tab in tabs:
        tab.nothing_before_pong()


def test_who_joins_and_leaves_meanwhile(site, tabs, redis):
    layer = ChannelLayer(CORE, [redis])
    go_over(site, layer)
    late = site.server.open(ECHO)
    assert ask(late, "join h") == "OK"
    layer.wait_for_entries("h", 1)
    for tab in tabs:
        assert ask(tab, "leave g") == "OK"
    layer.wait_for_entries("g", 0)
    layer.send("h", "to h")
    assert late.text() == "to h"


def test_a_redis_that_is_not_there_blocks_nobody(site, tabs, start_redis):
    site.server.allow("channel layer: Redis .* is away")
    gone = start_redis()
    gone.stop()
    go_over(site, ChannelLayer(CORE, [gone]))
    assert answers(tabs[0], "send g into the void") == ["UNAVAILABLE"]
    go_over(site, None)
    assert ask(tabs[0], "send g back") == "back"

"""What wharf leaves in Redis: one member a group and process while somebody is there, and nothing afterwards."""

import re
import signal

import pytest

from harness import frame
from harness.channel_layer import CORE, ChannelLayer
from harness.deadline import wait_until
from harness.message import as_user, message_configuration
from harness.probe import ECHO, ask

pytest_plugins = ["harness.redis_fixtures"]

MEMBER = re.compile(r"specific\.[0-9a-f]{32}![A-Za-z0-9_.-]{1,57}")


@pytest.fixture
def core(redis):
    return ChannelLayer(CORE, [redis])


def join(server, count=1, group="g"):
    clients = [server.open(ECHO) for _ in range(count)]
    for client in clients:
        assert ask(client, f"join {group}") == "OK"
    return clients


def test_a_process_is_one_member(serve, layer):
    servers = [serve(layer.probe(workers=workers)) for workers in (3, 1)]
    tabs = []
    for number, server in enumerate(servers):
        tabs += join(server, 8)
        layer.wait_for_entries("g", number + 1)
    layer.send("g", "once each")
    for tab in tabs:
        assert tab.text() == "once each"
    assert layer.entries("g") == 2
    for tab in tabs:
        tab.nothing_before_pong()


def test_the_form_of_a_member(serve, core, redis):
    join(serve(core.probe()))
    core.wait_for_entries("g", 1)
    with redis.client() as client:
        ((member, score),) = client.zrange("asgi:group:g", 0, -1, withscores=True)
        seconds, _ = client.time()
        assert abs(score - seconds) < 60
        assert 86300 < client.ttl("asgi:group:g") <= 86400
    assert MEMBER.fullmatch(member.decode())


def test_it_is_renewed_before_it_expires(serve, redis):
    """At a quarter of group_expiry, whose least is a minute."""
    core = ChannelLayer(CORE, [redis], group_expiry="1 min")
    join(serve(core.probe()))
    core.wait_for_entries("g", 1)
    with redis.client() as client:
        ((_, joined),) = client.zrange("asgi:group:g", 0, -1, withscores=True)

        def renewed():
            ((_, score),) = client.zrange("asgi:group:g", 0, -1, withscores=True)
            return score > joined

        wait_until(renewed, "the membership is renewed", within=25)
        assert 50 < client.ttl("asgi:group:g") <= 60


WAYS_TO_GO = {
    "close": lambda client: client.send(frame.close(1000)),
    "leave": lambda client: client.say("leave g"),
    "end": lambda client: client.close(),
    "abort": lambda client: client.abort(),
    "violation": lambda client: client.send(frame.text("x", rsv=7)),
    "exception": lambda client: client.say("throw"),
}


@pytest.mark.parametrize("way", WAYS_TO_GO)
def test_the_last_one_removes_it(serve, layer, way):
    server = serve(layer.probe())
    server.allow("as asked")
    one, two = join(server, 2)
    layer.wait_for_entries("g", 1)
    WAYS_TO_GO[way](one)
    # The other one is still there, and still reached.
    layer.send("g", "still here")
    assert two.text() == "still here"
    assert layer.entries("g") == 1
    WAYS_TO_GO[way](two)
    layer.wait_for_entries("g", 0)


def test_who_comes_back_is_a_member_again(serve, layer):
    (client,) = join(serve(layer.probe()))
    for number in range(20):
        assert ask(client, "leave g") == "OK"
        assert ask(client, "join g") == "OK"
    assert ask(client, "leave g") == "OK"
    layer.wait_for_entries("g", 0)
    assert ask(client, "join g") == "OK"
    layer.wait_for_entries("g", 1)
    layer.send("g", "again")
    assert client.text() == "again"
    client.nothing_before_pong()


def test_many_groups(serve, layer, redis):
    (client,) = join(serve(layer.probe()))
    for number in range(200):
        assert ask(client, f"join g{number}") == "OK"
    for number in (0, 100, 199):
        layer.wait_for_entries(f"g{number}", 1)
        layer.send(f"g{number}", f"to {number}")
        assert client.text() == f"to {number}"
    client.abort()
    for number in range(200):
        layer.wait_for_entries(f"g{number}", 0)
    assert redis.keys("asgi:group:*") == []


@pytest.mark.parametrize("clients_stay", [True, False], ids=["clients_stay", "clients_left"])
def test_sigterm_leaves_nothing(serve, layer, redis, clients_stay):
    server = serve(layer.probe())
    clients = join(server, 3) + join(server, 2, "other")
    layer.wait_for_entries("other", 1)
    if not clients_stay:
        for client in clients:
            client.close()
        server.stop()
    else:
        server.terminate()
        for client in clients:
            client.send(frame.close(1001))
        server.wait()
    assert redis.keys() == []
    assert layer.entries("g") == layer.entries("other") == 0


def test_what_a_killed_one_leaves_goes_away_by_itself(serve, core, redis):
    server = serve(core.probe())
    join(server)
    core.wait_for_entries("g", 1)
    server.expected_exit = -signal.SIGKILL
    server.kill()
    core.send("g", "to nobody")
    with redis.client() as client:
        remaining = {key: client.ttl(key) for key in redis.keys()}
    assert len(remaining) == 2 and all(time > 0 for time in remaining.values()), remaining
    queue = core.queue("g")
    assert remaining[queue] <= 60


def test_the_message_consumer_joins_by_name(serve, layer):
    server = serve(message_configuration(channel_layer=layer.wharf()))
    tab = server.open("/message/", **as_user("carol"))
    layer.wait_for_entries("carol", 1)
    tab.close()
    layer.wait_for_entries("carol", 0)

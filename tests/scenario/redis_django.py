"""Django and wharf on one Redis: a visitor's tabs at either hear what the tabs at the other say, and Django's views."""

import pytest

from harness.channel_layer import CORE, FLAVOURS, PUBSUB, ChannelLayer
from harness.conversation import Conversation
from harness.message import as_user, message_configuration

pytest_plugins = ["harness.redis_fixtures"]


@pytest.fixture
def start(serve):
    """A wharf on a layer."""
    return lambda layer, workers=2: serve(message_configuration(workers=workers, channel_layer=layer.wharf()))


def converse(layer, wharf, site, user="alice"):
    """Two tabs at each, and everybody's word reaches everybody; returns the conversation."""
    talk = Conversation(layer, user)
    tabs = [talk.open(wharf), talk.open(site), talk.open(wharf), talk.open(site)]
    for number, tab in enumerate(tabs):
        talk.say(tab, f"word {number} 你好 🌍")
    site.notify(user, "from a view")
    talk.hear("from a view")
    return talk


def test_everybody_hears_everybody(start, django, layer):
    talk = converse(layer, start(layer), django(layer))
    for text in ("", "\0 \r\n\u2028", '{"type": "user.message"}', "x" * 70000):
        talk.say(talk.tabs[0], text + "|")  # daphne does not send empty messages
        talk.say(talk.tabs[1], text + "|")


def test_uvicorn(start, django, layer):
    converse(layer, start(layer), django(layer, "uvicorn"))


def test_pairs_keep_their_order(start, django, layer):
    wharf, site = start(layer), django(layer)
    talk = Conversation(layer, "alice")
    for place in (wharf, site, wharf):
        talk.open(place)
    # Both flavours take what waits for less than the capacity.
    for sender in talk.tabs:
        for number in range(40):
            sender.say(f"{number}")
        for number in range(40):
            talk.hear(f"{number}")


def test_other_visitors_hear_nothing(start, django, layer):
    wharf, site = start(layer), django(layer)
    alice, bob = Conversation(layer, "alice"), Conversation(layer, "bob")
    for talk in (alice, bob):
        talk.open(wharf)
        talk.open(site)
    site.notify("alice", "for alice")
    alice.hear("for alice")
    alice.say(alice.tabs[0], "to alice")
    bob.say(bob.tabs[1], "to bob")


def test_two_wharfs(start, django, layer):
    one, two, site = start(layer), start(layer, 1), django(layer)
    talk = Conversation(layer, "alice")
    for place in (one, two, site, one, two):
        talk.open(place)
    for number, tab in enumerate(talk.tabs):
        talk.say(tab, f"word {number}")
    site.notify("alice", "from a view")
    talk.hear("from a view")


def test_another_prefix(start, django, redis):
    for flavour in FLAVOURS:
        layer = ChannelLayer(flavour, [redis], prefix="chat:你")
        converse(layer, start(layer), django(layer))
    assert all(key.startswith("chat:你") for key in redis.keys())


def test_prefixes_do_not_meet(start, redis):
    layers = [ChannelLayer(CORE, [redis], prefix=prefix) for prefix in ("asgi", "other")]
    talks = [Conversation(layer, "alice") for layer in layers]
    for layer, talk in zip(layers, talks):
        talk.open(start(layer))
    for number, talk in enumerate(talks):
        talk.say(talk.tabs[0], f"of {number}")


def test_encrypted(start, django, redis):
    layer = ChannelLayer(CORE, [redis], keys=["first key", "鍵"])
    wharf, site = start(layer), django(layer)
    with redis.monitor() as told:
        talk = converse(layer, wharf, site)
        talk.say(talk.tabs[0], "in secret")
        commands = "\n".join(told())
    assert "asgi:group:alice" in commands and "in secret" not in commands


def test_keys_are_changed_one_side_after_the_other(start, django, redis):
    old = ChannelLayer(CORE, [redis], keys=["old", "new"])
    new = ChannelLayer(CORE, [redis], keys=["new", "old"])
    talk = Conversation(old, "alice")
    talk.open(start(new))
    talk.open(django(old))
    for tab in talk.tabs:
        talk.say(tab, "both understand")


# Whose group is at the first of two hosts, and whose at the second, by CRC-32 of its name or its Redis channel.
SPREAD = {CORE: ("bob", "alice"), PUBSUB: ("alice", "dave")}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_names_are_spread_over_two_hosts(start, django, start_redis, flavour):
    layer = ChannelLayer(flavour, [start_redis(), start_redis()])
    wharf, site = start(layer), django(layer)
    users = SPREAD[flavour]
    # It serves before it has reached both: a first tab of each waits for that.
    for user in users:
        with wharf.open("/message/", **as_user(user)):
            layer.wait_for_entries(user, 1)
        layer.wait_for_entries(user, 0)
    for index, user in enumerate(users):
        converse(layer, wharf, site, user)
        key = f"asgi:group:{user}" if flavour == CORE else f"asgi__group__{user}"
        held = [server.keys(key) != [] or server.subscribers(key) > 0 for server in layer.servers]
        assert held == [index == 0, index == 1]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_unix_socket(start, django, start_redis, flavour):
    layer = ChannelLayer(flavour, [start_redis(unix=True)])
    converse(layer, start(layer), django(layer))


@pytest.mark.parametrize("flavour, user", [(CORE, None), (PUBSUB, "wharf")])
def test_password_and_database(start, django, start_redis, flavour, user):
    server = start_redis(password="s3cret", user=user, database=3)
    layer = ChannelLayer(flavour, [server])
    wharf = start(layer)
    converse(layer, wharf, django(layer))
    with server.client() as client:
        assert set(client.info("keyspace")) <= {"db3"}
    assert "s3cret" not in wharf.log()


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_wrong_password_is_said_and_not_shown(start, start_redis, flavour):
    server = start_redis(password="right")
    hosts = [server.url.replace("right", "wr0ng")]
    wharf = start(ChannelLayer(flavour, [server], hosts=hosts))
    wharf.allow("Redis")
    wharf.wait_for_log(r"(?i)Redis.*(WRONGPASS|NOAUTH|password|auth)")
    assert "wr0ng" not in wharf.log()

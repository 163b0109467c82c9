"""What no good sender writes, in wharf's own queue and on its own channels: it is dropped, and the next one arrives."""

import os
import time
from pathlib import Path

import msgpack
import pytest

from harness.channel_layer import CORE, FLAVOURS, ChannelLayer
from harness.deadline import wait_until
from harness.probe import ECHO, answers, ask

pytest_plugins = ["harness.redis_fixtures"]

GOOD = {"type": "probe.text", "text": "from the bad one"}
EVENTS = {
    "garbage": os.urandom(200),
    "empty": b"",
    "text": b"hello",
    "never used code": b"\xc1",
    "cut off": msgpack.packb(GOOD)[:-3],
    "more behind it": msgpack.packb(GOOD) + b"\x01",
    "a list": msgpack.packb([1, 2]),
    "a number": msgpack.packb(7),
    "no type": msgpack.packb({"text": "hello"}),
    "empty type": msgpack.packb({**GOOD, "type": ""}),
    "type is a number": msgpack.packb({**GOOD, "type": 7}),
    "type is a list": msgpack.packb({**GOOD, "type": ["probe.text"]}),
    "an unknown type": msgpack.packb({"type": "nobody.knows", "text": "hello"}),
    "an integer key": msgpack.packb({**GOOD, 7: "seven"}),
    "a null key": msgpack.packb({**GOOD, None: "null"}),
    "an extension": msgpack.packb({**GOOD, "at": msgpack.ExtType(5, b"x" * 20)}),
    "a timestamp": msgpack.packb({**GOOD, "at": msgpack.Timestamp(1)}),
    "text that is not UTF-8": msgpack.packb({**GOOD, "text": "\udc80"}, unicode_errors="surrogateescape"),
    "deep": b"\x81\xa4text" + b"\x91" * 100000 + b"\xc0",
    "a huge map announced": b"\xdf\xff\xff\xff\xff",
    "a huge list announced": b"\x81\xa4text\xdd\xff\xff\xff\xff",
    "a huge string announced": b"\x81\xa4text\xdb\xff\xff\xff\xff",
}
# One with more behind its end, say, may be taken for good; but nothing else than its text may come of it.
MAY_ARRIVE = ("from the bad one", "")


def start(serve, layer):
    server = serve(layer.probe())
    server.allow(r"(?i)event|message|Redis|layer|handler")
    client = server.open(ECHO)
    assert ask(client, "join g") == "OK"
    layer.wait_for_entries("g", 1)
    return server, client


def put(core: ChannelLayer, message: bytes, front: bytes = b"twelve bytes"):
    """Into the queue of the one process that has members in the group."""
    (redis,) = core.servers
    with redis.client() as client:
        queue = core.queue("g")
        client.zadd(queue, {front + message: time.time()})
        client.expire(queue, 60)


def sockets(server) -> set:
    """Its connections, to Redis and to clients; a new one has a new number."""
    descriptors = Path(f"/proc/{server.process.pid}/fd")
    found = {os.readlink(descriptor) for descriptor in descriptors.iterdir()}
    return {name for name in found if name.startswith("socket:")}


def addressed(message: bytes, names: list) -> bytes:
    """With one key more, behind what is in the message, when it begins as a short map does."""
    if not message or not 0x80 <= message[0] < 0x8F:
        return message
    return bytes([message[0] + 1]) + message[1:] + msgpack.packb("__asgi_channel__") + msgpack.packb(names)


def good_one_arrives(layer, client):
    layer.send("g", "good")
    heard = client.text()
    while heard in MAY_ARRIVE:
        heard = client.text()
    assert heard == "good"


def test_events_that_are_none(serve, layer, redis):
    server, client = start(serve, layer)
    before = sockets(server)
    for what, message in EVENTS.items():
        print(what)
        if layer.flavour == CORE:
            put(layer, addressed(message, layer.members("g")))
        else:
            with redis.client() as publisher:
                assert publisher.publish("asgi__group__g", message) == 1
        good_one_arrives(layer, client)
    assert sockets(server) == before, "a bad message is no reason to connect again"


def good_one_arrives_in_the_end(layer, client):
    """Some may be lost before."""

    def arrives():
        layer.send("g", "good")
        return "good" in answers(client, "mark")

    wait_until(arrives, "a good one arrives")


ADDRESSES = {
    "none": None,
    "null": {"__asgi_channel__": None},
    "a number": {"__asgi_channel__": 5},
    "a map": {"__asgi_channel__": {"a": "b"}},
    "an empty text": {"__asgi_channel__": ""},
    "an empty list": {"__asgi_channel__": []},
    "a list of numbers": {"__asgi_channel__": [1, None, []]},
    "nobody": {"__asgi_channel__": "specific." + "0" * 32 + "!" + "1" * 32},
    "no channel": {"__asgi_channel__": ["a!b", "!", "specific.", "x" * 1000]},
    "many": {"__asgi_channel__": ["specific.x!y"] * 100000},
}


@pytest.fixture
def core(redis):
    return ChannelLayer(CORE, [redis])


def test_addresses_that_are_none(serve, core):
    server, client = start(serve, core)
    before = sockets(server)
    (name,) = core.members("g")
    own = name.partition("!")[0] + "!"
    addresses = {**ADDRESSES, "nobody here": {"__asgi_channel__": own + "f" * 32}, "half": {"__asgi_channel__": own}}
    for what, address in addresses.items():
        print(what)
        put(core, msgpack.packb({"type": "probe.text", "text": "lost", **(address or {})}))
        good_one_arrives(core, client)
    assert sockets(server) == before, "a bad message is no reason to connect again"


def test_one_good_name_among_bad_ones(serve, core):
    _, client = start(serve, core)
    (name,) = core.members("g")
    names = [7, "nobody!", name, None, name.partition("!")[0] + "!" + "f" * 32]
    put(core, msgpack.packb({"type": "probe.text", "text": "found", "__asgi_channel__": names}))
    core.send("g", "good")
    # A list with something else than names in it may be refused as a whole.
    assert client.text() in ("found", "good")


def test_shorter_than_its_random_bytes(serve, core):
    _, client = start(serve, core)
    for size in (0, 1, 11, 12):
        put(core, b"", b"x" * size)
        good_one_arrives(core, client)


def test_tokens_that_are_none(serve, redis):
    secret = ChannelLayer(CORE, [redis], keys=["key"])
    _, client = start(serve, secret)
    plain = msgpack.packb({**GOOD, "__asgi_channel__": secret.members("g")})
    for token in (b"", b"not base64!", b"gAAAA", b"gAAAAABk" + b"A" * 120, plain):
        put(secret, token)
        secret.send("g", "good")
        assert client.text() == "good"


def test_a_token_of_another_key(serve, redis):
    secret = ChannelLayer(CORE, [redis], keys=["key"])
    _, client = start(serve, secret)
    ChannelLayer(CORE, [redis], keys=["another"]).send("g", "lost")
    ChannelLayer(CORE, [redis]).send("g", "lost")
    secret.send("g", "good")
    assert client.text() == "good"


def test_scores_of_other_times(serve, core, redis):
    _, client = start(serve, core)
    (name,) = core.members("g")
    with redis.client() as sender:
        for score in (0, -1, 1e18, float("inf"), float("-inf")):
            text = f"at {score}"
            message = msgpack.packb({"type": "probe.text", "text": text, "__asgi_channel__": name})
            sender.zadd(core.queue("g"), {b"twelve bytes" + message: score})
            assert client.text() == text


def test_the_queue_is_no_queue(serve, core, redis):
    """Somebody else took the key: wharf goes on when it is gone."""
    _, client = start(serve, core)
    with redis.client() as other:
        queue = core.queue("g")
        other.set(queue, "a string")
        client.say("echo")
        assert client.text() == "echo"
        other.delete(queue)

    good_one_arrives_in_the_end(core, client)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_very_big_one(serve, redis, flavour):
    layer = ChannelLayer(flavour, [redis])
    server, client = start(serve, layer)
    message = {"type": "probe.binary", "data": bytes(64 << 20)}
    before = server.resident_bytes()
    with redis.client() as sender:
        if flavour == CORE:
            put(layer, msgpack.packb({**message, "__asgi_channel__": layer.members("g")}))
        else:
            sender.publish("asgi__group__g", msgpack.packb(message))
        client.say("echo")
        assert client.text() == "echo"

    # Redis itself ends a subscriber that has so much to take: wharf has to subscribe again.
    good_one_arrives_in_the_end(layer, client)
    assert server.resident_bytes() < before + (1 << 30)


OTHERS = {
    "1000_processes": lambda number: f"specific.{number % 1000:032x}!{number:032x}",
    "100000_processes": lambda number: f"specific.{number:032x}!{number:032x}",
    "no_processes": lambda number: f"nobody {number}",
}


@pytest.mark.parametrize("others", OTHERS)
def test_a_group_of_100000_others(serve, core, redis, others):
    server = serve(core.probe())
    server.allow("(?i)Redis|layer|event|member")
    client, bystander = server.open(ECHO), server.open(ECHO)
    for member in (client, bystander):
        assert ask(member, "join g") == "OK"
    core.wait_for_entries("g", 1)
    assert ask(bystander, "join small") == "OK"
    core.wait_for_entries("small", 1)
    now = time.time()
    with redis.client() as sender:
        sender.zadd("asgi:group:g", {OTHERS[others](number): now for number in range(100000)})
    client.say("send g to all")
    client.say("echo")
    # The echo comes at once, and does not wait for Redis; both come in the end.
    assert {client.text(within=20), client.text(within=20)} == {"echo", "to all"}
    assert bystander.text(within=20) == "to all"
    # The server is there for others.
    client.say("send small good")
    assert bystander.text(within=20) == "good"

"""What wharf puts into the queues of others: as channels_redis does it, in order, and no more than there is room for."""

import time

import msgpack
import pytest

from harness import frame
from harness.channel_layer import CORE, ChannelLayer
from harness.deadline import wait_until
from harness.probe import ECHO, answers

pytest_plugins = ["harness.redis_fixtures"]

# A process that joined and reads nothing.
PROCESS = "specific." + "0123456789abcdef" * 2 + "!"
QUEUE = "asgi" + PROCESS
NAMES = [PROCESS + letter * 32 for letter in "abc"]


@pytest.fixture
def look(redis):
    with redis.client() as client:
        now = time.time()
        client.zadd("asgi:group:g", {name: now + number / 1000 for number, name in enumerate(NAMES)})
        yield client


@pytest.fixture
def sender(serve, redis):
    """sender(**settings of the layer): a connection that is in no group."""

    def start(**settings):
        server = serve(ChannelLayer(CORE, [redis], **settings).probe())
        server.allow("(?i)capacity|full")
        client = server.open(ECHO)
        # It serves before it has reached Redis.
        wait_until(lambda: not answers(client, "send nobody hello"), "Redis is reached")
        return client

    return start


def say(client, texts):
    client.send(b"".join(frame.text(f"send g {text}") for text in texts))
    assert set(answers(client, "that was all")) <= {"that was all", "FULL"}


def queued(look, count: int) -> list:
    """The messages, in the order in which they would be read."""
    wait_until(lambda: look.zcard(QUEUE) >= count, f"{count} messages, not {look.zcard(QUEUE)}")
    return [msgpack.unpackb(entry[12:]) for entry in look.zrange(QUEUE, 0, -1)]


def test_one_message_lists_all_members_of_a_process(sender, look):
    before = time.time()
    say(sender(), ["hello 你好"])
    assert queued(look, 1) == [{"type": "probe.text", "text": "hello 你好", "__asgi_channel__": NAMES}]
    ((_, score),) = look.zrange(QUEUE, 0, -1, withscores=True)
    assert before - 1 < score < time.time() + 1
    assert 0 < look.ttl(QUEUE) <= 60


def test_the_random_bytes_differ(sender, look):
    say(sender(), ["twice"] * 20)
    queued(look, 20)
    assert len({entry[:12] for entry in look.zrange(QUEUE, 0, -1)}) == 20


def test_messages_keep_their_order(sender, look):
    say(sender(), range(90))
    assert [message["text"] for message in queued(look, 90)] == [str(number) for number in range(90)]
    scores = [score for _, score in look.zrange(QUEUE, 0, -1, withscores=True)]
    assert len(set(scores)) == 90, "equal scores are read in any order"


@pytest.mark.parametrize("capacity", [7, 100])
def test_a_full_queue_is_left_alone(sender, look, capacity):
    client = sender(capacity=capacity)
    say(client, range(150))
    # What comes behind it, to another process, shows that all was looked at.
    other = PROCESS.replace("0", "f")
    look.zadd("asgi:group:other", {other + "d" * 32: time.time()})
    client.say("send other the end")
    wait_until(lambda: look.zcard("asgi" + other), "the other process gets its message")
    assert [message["text"] for message in queued(look, capacity)] == [str(number) for number in range(capacity)]


def test_a_full_queue_does_not_concern_others(sender, look):
    client = sender(capacity=5)
    other = PROCESS.replace("0", "f")
    say(client, range(10))
    queued(look, 5)
    look.zadd("asgi:group:g", {other + "d" * 32: time.time()})
    say(client, ["for the other"])
    wait_until(lambda: look.zcard("asgi" + other), "the other process gets its message")
    assert look.zcard(QUEUE) == 5


def test_what_expired_makes_room(sender, look):
    old = time.time() - 100
    look.zadd(QUEUE, {b"entry %d" % number: old for number in range(5)})
    say(sender(capacity=5), ["new"])
    wait_until(lambda: look.zcard(QUEUE) == 1, "the old ones are gone, and the new one is there")
    assert queued(look, 1)[0]["text"] == "new"


def test_members_that_expired_get_nothing(sender, look):
    gone = PROCESS.replace("0", "f")
    look.zadd("asgi:group:g", {gone + "d" * 32: time.time() - 90000})
    say(sender(), ["hello"])
    queued(look, 1)
    assert not look.exists("asgi" + gone)
    assert look.zcard("asgi:group:g") == len(NAMES)


def test_a_single_channel_of_another_process(sender, look):
    client = sender()
    client.say(f"to {NAMES[1]} for one")
    assert queued(look, 1) == [{"type": "probe.text", "text": "for one", "__asgi_channel__": NAMES[1]}]
    client.nothing_before_pong()

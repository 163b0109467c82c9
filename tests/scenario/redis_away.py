"""Redis goes and comes back: sockets stay, sending answers UNAVAILABLE, and memberships return by themselves."""

import contextlib
import re
import time

import pytest

from harness import frame
from harness.channel_layer import CORE, FLAVOURS, ChannelLayer
from harness.deadline import wait_until
from harness.fake_redis import BEHAVIOURS, FakeRedis
from harness.message import as_user, is_answer, message_configuration
from harness.probe import ECHO, answers, ask
from harness.redis import Redis
from harness.tunnel import Tunnel

pytest_plugins = ["harness.redis_fixtures"]

TIMEOUT = {"timeout": "1 s"}
# A member in a process that is not there.
ELSEWHERE = f"specific.{'a' * 32}!somebody"


@pytest.fixture(params=FLAVOURS)
def layer(start_redis, request):
    """On a Redis that this test may do to as it likes."""
    return ChannelLayer(request.param, [start_redis()], **TIMEOUT)


def start(serve, layer, **settings):
    server = serve(layer.probe(**settings))
    server.allow(r"(?i)redis")
    clients = [server.open(ECHO) for _ in range(3)]
    for client in clients:
        assert ask(client, "join g") == "OK"
    return server, clients


def works(client):
    """It is served at once, whatever Redis does. What was sent to the sockets of its own process may come first."""
    assert [text for text in answers(client, "hello", within=1) if text != "lost"] == ["hello"]


def wait_for_unavailable(client):
    """What was sent before anybody noticed may be lost; what is sent afterwards is refused."""
    wait_until(lambda: "UNAVAILABLE" in answers(client, "send g lost"), "sending answers UNAVAILABLE", within=8)
    assert "UNAVAILABLE" in answers(client, "send g lost")


def hear(client, text: str, within: float = 10):
    """It comes next, but for what was sent while Redis was away and, for all anybody knows, may have arrived."""
    while (heard := client.text(within)) != text:
        assert heard in ("lost", "UNAVAILABLE"), heard


def wait_for_return(layer, clients):
    """Nobody does a thing, and all is as before: from outside, and from within."""
    layer.wait_for_entries("g", 1, within=15)
    layer.send("g", "from outside")
    for client in clients:
        hear(client, "from outside")

    def sent():
        return "UNAVAILABLE" not in answers(clients[0], "send g lost")

    wait_until(sent, "sending works again")
    clients[0].say("send g from inside")
    for client in clients:
        hear(client, "from inside")


def complaints_about(server) -> list:
    return [line for line in server.log().splitlines() if re.search(r" (warning|error) .*(?i:redis)", line)]


def check_log(server, layer, times: int = 1):
    """Each time it is said, with the address, and not over and over again."""
    port = str(layer.servers[0].port)
    # A Redis that is silent is given up only after the timeout.
    wait_until(lambda: any(port in line for line in complaints_about(server)), "the log says which Redis is away")
    lines = complaints_about(server)
    # Each of a few connections may speak for itself.
    assert times <= len(lines) <= 3 * times, "\n".join(lines)


def test_stopped_and_started(serve, layer):
    (redis,) = layer.servers
    server, clients = start(serve, layer)
    layer.wait_for_entries("g", 1)
    for end in (redis.stop, redis.kill):
        end()
        wait_for_unavailable(clients[0])
        for client in clients[1:]:
            works(client)
        redis.start()
        wait_for_return(layer, clients)
    check_log(server, layer, times=2)


def test_what_happens_meanwhile_counts(serve, layer):
    """Who comes and goes while Redis is away is there, or is not, when it is back."""
    (redis,) = layer.servers
    server, clients = start(serve, layer)
    layer.wait_for_entries("g", 1)
    assert ask(clients[1], "join left") == "OK"
    assert ask(clients[1], "join ended") == "OK"
    redis.stop()
    wait_for_unavailable(clients[0])
    newcomer = server.open(ECHO)
    assert ask(newcomer, "join new") == "OK"
    assert ask(clients[1], "leave left") == "OK"
    clients[1].close()
    redis.start()
    wait_for_return(layer, [clients[0], clients[2]])
    layer.wait_for_entries("new", 1)
    layer.send("new", "welcome")
    assert newcomer.text() == "welcome"
    assert layer.entries("left") == layer.entries("ended") == 0


def test_connections_cut(serve, layer):
    (redis,) = layer.servers
    _, clients = start(serve, layer)
    layer.wait_for_entries("g", 1)
    with redis.client() as admin:
        for kind in ("normal", "pubsub"):
            admin.client_kill_filter(_type=kind, skipme=True)
    for client in clients:
        works(client)
    wait_for_return(layer, clients)


def test_paused(serve, layer):
    """CLIENT PAUSE: it accepts connections and answers nothing, for longer than the timeout."""
    (redis,) = layer.servers
    server, clients = start(serve, layer)
    layer.wait_for_entries("g", 1)
    redis.pause(3000)
    wait_for_unavailable(clients[0])
    for client in clients[1:]:
        works(client)
    wait_for_return(layer, clients)
    check_log(server, layer)


def test_frozen(serve, layer):
    """Stopped in its tracks, as by a machine that hangs."""
    (redis,) = layer.servers
    _, clients = start(serve, layer)
    layer.wait_for_entries("g", 1)
    redis.freeze()
    try:
        wait_for_unavailable(clients[0])
        for client in clients[1:]:
            works(client)
    finally:
        redis.thaw()
    wait_for_return(layer, clients)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_connections_forgotten(serve, start_redis, flavour):
    """A connection that waits for messages is dead, too: as soon as one may send again, one hears again."""
    redis = start_redis()
    with Tunnel(redis.port) as tunnel:
        layer = ChannelLayer(flavour, [redis], hosts=[tunnel.url], **TIMEOUT)
        _, (client, *_) = start(serve, layer)
        layer.wait_for_entries("g", 1)
        layer.send("g", "before")
        hear(client, "before")
        tunnel.close()
        wait_for_unavailable(client)
        tunnel.open()
        wait_until(lambda: "UNAVAILABLE" not in answers(client, "send g lost"), "sending works again")
        # Sooner than a wait for messages ends by itself.
        client.say("send g from inside")
        hear(client, "from inside", within=3)
        # Redis knows nothing of it either, and hands one message to the dead connection.
        layer.send("g", "lost")
        layer.send("g", "from outside")
        hear(client, "from outside", within=3)


def test_out_of_memory(serve, start_redis):
    """Redis is there and takes nothing: no reason to give up a connection, to a client or to Redis."""
    layer = ChannelLayer(CORE, [start_redis()], **TIMEOUT)
    (redis,) = layer.servers
    server, clients = start(serve, layer)
    layer.wait_for_entries("g", 1)
    with redis.client() as admin:
        admin.zadd("asgi:group:g", {ELSEWHERE: time.time()})
    redis.set_memory(1)
    newcomer = server.open(ECHO)
    assert ask(newcomer, "join g2") == "OK"
    wait_for_unavailable(clients[0])
    for client in (*clients[1:], newcomer):
        works(client)
    server.wait_for_log(r"(?i)(warning|error) .*(OOM|memory)")
    redis.set_memory(0)
    with redis.client() as admin:
        admin.zrem("asgi:group:g", ELSEWHERE)
    wait_for_return(layer, clients)
    layer.wait_for_entries("g2", 1)
    layer.send("g2", "welcome")
    assert newcomer.text() == "welcome"


def test_the_message_consumer_says_nothing_and_stays(serve, layer):
    (redis,) = layer.servers
    server = serve(message_configuration(channel_layer=layer.wharf()))
    server.allow("(?i)redis")
    tab = server.open("/message/", **as_user("alice"))
    layer.wait_for_entries("alice", 1)
    redis.stop()
    for _ in range(20):
        tab.say("lost")
    tab.send(frame.ping(b"there?"))
    while tab.frame().payload != b"there?":
        pass
    redis.start()
    layer.wait_for_entries("alice", 1, within=15)
    layer.send("alice", "back", event="user.message")
    assert tab.text() == "back"
    assert is_answer(tab.text(), "back")


def test_not_there_at_the_start(serve, layer):
    (redis,) = layer.servers
    redis.stop()
    server, clients = start(serve, layer)
    wait_for_unavailable(clients[0])
    for client in clients:
        works(client)
    redis.start()
    wait_for_return(layer, clients)
    check_log(server, layer)


def test_ends_well_without_redis(serve, layer):
    (redis,) = layer.servers
    server, clients = start(serve, layer)
    layer.wait_for_entries("g", 1)
    redis.freeze()
    try:
        for client in clients:
            client.close()
        server.terminate()
        server.wait(within=5)
    finally:
        redis.thaw()


def test_one_of_two_hosts(serve, start_redis):
    """What is at the other host goes on."""
    layer = ChannelLayer(CORE, [start_redis(), start_redis()], **TIMEOUT)
    server = serve(layer.probe())
    server.allow("(?i)redis")
    client = server.open(ECHO)
    # By their CRC-32, one at each.
    for group in ("alice", "bob"):
        assert ask(client, f"join {group}") == "OK"
        layer.wait_for_entries(group, 1)
    layer.servers[1].stop()
    wait_until(lambda: "UNAVAILABLE" in answers(client, "send alice lost"), "the group at the lost host")
    works(client)
    layer.servers[1].start()
    layer.wait_for_entries("alice", 1, within=15)
    for group in ("alice", "bob"):
        layer.send(group, f"to {group}")
        hear(client, f"to {group}")


def sentinel_layer(sentinel, master) -> ChannelLayer:
    host = {"sentinels": [f"127.0.0.1:{sentinel.port}"], "master_name": sentinel.name}
    return ChannelLayer(CORE, [master], hosts=[host], **TIMEOUT)


@pytest.mark.parametrize("how", ["told", "killed"])
def test_failover(serve, start_redis, start_sentinel, how):
    master = start_redis()
    replica = start_redis(replica_of=master)
    sentinel = start_sentinel(master)
    layer = sentinel_layer(sentinel, master)
    _, clients = start(serve, layer)
    layer.wait_for_entries("g", 1)
    if how == "told":
        with sentinel.client() as admin:
            admin.execute_command("SENTINEL FAILOVER", sentinel.name)
    else:
        master.kill()
    wait_until(lambda: sentinel.master_port() == replica.port, "the replica is the master", within=20)
    if how == "told":
        # Sentinel tells the old one only after eight seconds.
        with master.client() as admin:
            admin.replicaof("127.0.0.1", replica.port)
    for client in clients:
        works(client)
    # Who knows whom the Sentinel means finds the group there; nobody connected again.
    wait_for_return(ChannelLayer(CORE, [replica]), clients)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_something_else_listens_there(serve, tmp_path, behaviour):
    """At the start and later: wharf serves, says so, goes on trying, and finds the Redis that comes in its place."""
    with contextlib.ExitStack() as ends:
        (tmp_path / "redis").mkdir()
        fake = ends.enter_context(FakeRedis(behaviour))
        layer = ChannelLayer(CORE, [fake], **TIMEOUT)
        server, clients = start(serve, layer)
        wait_for_unavailable(clients[0])
        # Those that say nothing cost a timeout each.
        enough = fake.visitors + (1 if behaviour in ("silent", "half") else 8)
        wait_until(lambda: fake.visitors >= enough, "it tries again and again")
        for client in clients:
            works(client)
        check_log(server, layer)
        fake.stop()
        real = Redis(tmp_path / "redis", port=fake.port)
        ends.callback(real.stop)
        wait_for_return(ChannelLayer(CORE, [real]), clients)
        real.stop()
        with FakeRedis(behaviour, fake.port):
            wait_for_unavailable(clients[0])
            for client in clients:
                works(client)
        real.start()
        wait_for_return(ChannelLayer(CORE, [real]), clients)

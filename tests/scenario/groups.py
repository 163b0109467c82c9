"""Groups and channels across workers: everybody gets everything, in order, and nobody gets what is not theirs."""

import threading

import pytest

from harness import frame
from harness.deadline import seconds
from harness.probe import ECHO, ask, probe_configuration, wait_for_disconnects


@pytest.fixture(params=[1, 3], ids=["1_worker", "3_workers"])
def server(serve, request):
    return serve(probe_configuration(workers=request.param))


def members(server, count, group="g"):
    clients = [server.open(ECHO) for _ in range(count)]
    for client in clients:
        assert ask(client, f"join {group}") == "OK"
    return clients


def barrier(sender, receiver, group="g"):
    """`receiver` gets the next word of the group, and nothing before it."""
    sender.say(f"send {group} barrier")
    assert receiver.text() == "barrier"


def test_everybody_gets_everything_in_order(server):
    clients = members(server, 8)
    clients[0].send(b"".join(frame.text(f"send g {number}") for number in range(1000)))
    for client in clients:
        assert [client.text() for _ in range(1000)] == [str(number) for number in range(1000)]


def test_each_sender_keeps_its_order(server):
    clients = members(server, 6)
    for sender in clients:
        name = clients.index(sender)
        sender.send(b"".join(frame.text(f"send g {name} {number}") for number in range(200)))
    for client in clients:
        heard = {}
        for _ in range(200 * len(clients)):
            name, number = client.text().split()
            heard.setdefault(name, []).append(int(number))
        assert heard == {str(name): list(range(200)) for name in range(len(clients))}


def test_a_sender_need_not_be_a_member(server):
    (member,) = members(server, 1)
    stranger = server.open(ECHO)
    stranger.say("send g hello")
    assert member.text() == "hello"
    stranger.nothing_before_pong()


def test_other_groups_hear_nothing(server):
    (one,) = members(server, 1, "one")
    (two,) = members(server, 1, "two")
    one.say("send one only one")
    assert one.text() == "only one"
    barrier(two, two, "two")


def test_who_leaves_hears_no_more(server):
    one, two = members(server, 2)
    assert ask(two, "leave g") == "OK"
    one.say("send g gone")
    assert one.text() == "gone"
    assert ask(two, "join g") == "OK"
    barrier(one, two)
    assert one.text() == "barrier"


def test_joining_twice_is_joining_once(server):
    one, two = members(server, 2)
    assert ask(one, "join g") == "OK"
    two.say("send g once")
    assert one.text() == "once"
    barrier(two, one)


def test_leaving_what_was_never_joined(server):
    client = server.open(ECHO)
    assert ask(client, "leave nothing") == "OK"


def test_sending_to_nobody(server):
    client = server.open(ECHO)
    client.say("send nobody hello")
    client.nothing_before_pong()


@pytest.mark.parametrize("group", ["你好", "a/b?c", "x" * 1000, "😀"])
def test_any_text_names_a_group(server, group):
    client = server.open(ECHO)
    assert ask(client, f"join {group}") == "OK"
    client.say(f"send {group} hello")
    assert client.text() == "hello"


def test_a_name_that_is_none(server):
    server.allow("group")
    client = server.open(ECHO)
    assert ask(client, "join ") == "INVALID"
    assert ask(client, "join " + "x" * 5000) == "INVALID"


def test_a_member_that_vanishes_does_not_hold_up_the_others(server):
    clients = members(server, 9)
    for client in clients[3:6]:
        client.abort()
    for client in clients[6:]:
        client.send(frame.close(1000))
    for number in range(50):
        clients[0].say(f"send g {number}")
    for client in clients[:3]:
        assert [client.text() for _ in range(50)] == [str(number) for number in range(50)]
    wait_for_disconnects(server, 6)


def test_one_connection_in_many_groups(server):
    client = server.open(ECHO)
    other = server.open(ECHO)
    for number in range(200):
        assert ask(client, f"join g{number}") == "OK"
    for number in range(200):
        other.say(f"send g{number} {number}")
    assert [client.text() for _ in range(200)] == [str(number) for number in range(200)]
    client.close()
    wait_for_disconnects(server, 1)


def test_big_events(server):
    one, two = members(server, 2)
    for size in (1000, 70000, 500000):
        one.say("send g " + "x" * size)
        assert one.text() == two.text() == "x" * size


def test_many_members_and_senders_at_once(server):
    clients = members(server, 40)
    failures = []

    def read(client):
        try:
            heard = [client.text(within=30) for _ in range(400)]
            assert len(set(heard)) == 400
        except (AssertionError, OSError, EOFError) as error:
            failures.append(error)

    readers = [threading.Thread(target=read, args=[client]) for client in clients]
    for reader in readers:
        reader.start()
    for number in range(100):
        for name in range(4):
            clients[name].say(f"send g {name} {number}")
    for reader in readers:
        reader.join(seconds(40))
        assert not reader.is_alive()
    assert not failures


# --- Single channels.


def test_a_channel_reaches_one_connection(server):
    clients = [server.open(ECHO) for _ in range(6)]
    names = [ask(client, "channel") for client in clients]
    assert len(set(names)) == 6
    for name in names:
        clients[0].say(f"to {name} for {name}")
    for client, name in zip(clients, names):
        assert client.text() == f"for {name}"
        client.nothing_before_pong()


def test_a_channel_keeps_its_name(server):
    client = server.open(ECHO)
    assert ask(client, "channel") == ask(client, "channel")


def test_messages_to_a_channel_keep_their_order(server):
    one, two = server.open(ECHO), server.open(ECHO)
    name = ask(two, "channel")
    one.send(b"".join(frame.text(f"to {name} {number}") for number in range(500)))
    assert [two.text() for _ in range(500)] == [str(number) for number in range(500)]


def test_a_channel_of_somebody_who_left(server):
    one, two = server.open(ECHO), server.open(ECHO)
    name = ask(two, "channel")
    two.close()
    wait_for_disconnects(server, 1)
    one.say(f"to {name} hello")
    # Nobody gets it; whoever takes the number next is somebody else.
    newcomers = [server.open(ECHO) for _ in range(10)]
    assert name not in [ask(client, "channel") for client in newcomers]
    for client in newcomers:
        client.nothing_before_pong()


@pytest.mark.parametrize("name", ["nonsense", "specific.x!y", "!", "x" * 200, "你好"])
def test_a_name_that_is_no_channel(server, name):
    server.allow("channel")
    client = server.open(ECHO)
    client.say(f"to {name} hello")
    # Not delivered, and said so or not: the connection lives.
    found = []
    client.say("the end")
    while not found or found[-1] != "the end":
        found.append(client.text())
    assert "hello" not in found

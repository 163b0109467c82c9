"""The message consumer: what one tab of a visitor says, all tabs of that visitor show, each with its answer."""

import asyncio
import time

import pytest

from harness import frame
from harness.deadline import seconds
from harness.message import STAMP, as_user, is_answer, message_configuration


@pytest.fixture(params=[1, 3], ids=["1_worker", "3_workers"])
def server(serve, request):
    return serve(message_configuration(workers=request.param))


async def hear(tab) -> str:
    return await asyncio.wait_for(tab.recv(), seconds(5))


async def hear_pair(tab, text):
    assert await hear(tab) == text
    answer = await hear(tab)
    assert is_answer(answer, text), answer


async def hears_nothing(tab, other_sender):
    """`tab` gets the next word of its own group, and nothing before it."""
    await other_sender.send("barrier")
    await hear_pair(tab, "barrier")


async def test_both_tabs_of_a_user_hear_each_other(server):
    async with server.websocket("/message/", "alice") as one, server.websocket("/message/", "alice") as two:
        await one.send("hello")
        await hear_pair(one, "hello")
        await hear_pair(two, "hello")
        await two.send("你好 🌍")
        await hear_pair(one, "你好 🌍")
        await hear_pair(two, "你好 🌍")


async def test_other_users_hear_nothing(server):
    async with server.websocket("/message", "alice") as alice, server.websocket("/message", "bob") as bob:
        async with server.websocket("/message") as nobody:
            await alice.send("for alice")
            await hear_pair(alice, "for alice")
            await hears_nothing(bob, bob)
            await hears_nothing(nobody, nobody)


async def test_visitors_who_are_not_logged_in_share_a_group(server):
    async with server.websocket("/message/") as one, server.websocket("/message/") as two:
        await one.send("hi")
        await hear_pair(one, "hi")
        await hear_pair(two, "hi")


async def test_the_time_is_the_local_time_of_the_server(server):
    async with server.websocket("/message/") as tab:
        before = int(time.time())
        await tab.send("when")
        await hear(tab)
        answer = await hear(tab)
        stamp = time.mktime(time.strptime(STAMP.match(answer)[0], "%Y-%m-%d %H:%M:%S"))
        assert before <= stamp <= time.time()


@pytest.mark.parametrize("name", ["carol@example.com", "dave+x", "zoë", "张伟", "x" * 500, "a b", "[group]/*?"])
async def test_any_name_is_a_group(server, name):
    async with server.websocket("/message/", name) as one, server.websocket("/message/", name) as two:
        await one.send("hi")
        await hear_pair(one, "hi")
        await hear_pair(two, "hi")


@pytest.mark.parametrize("text", ["", "\0", "a\0b\r\n\u2028", '{"a": [1, null]}', "🌍" * 1000, "x" * 65535, "x" * 65536])
async def test_text_comes_back_byte_for_byte(server, text):
    async with server.websocket("/message/", "alice") as one, server.websocket("/message/", "alice") as two:
        await one.send(text)
        await hear_pair(one, text)
        await hear_pair(two, text)


async def test_order_is_kept_and_pairs_are_never_interleaved(server):
    async with server.websocket("/message/", "alice") as one, server.websocket("/message/", "alice") as two:
        for number in range(300):
            await one.send(f"b{number}")
        for number in range(300):
            await hear_pair(one, f"b{number}")
            await hear_pair(two, f"b{number}")


async def test_two_senders_at_once_keep_their_orders_and_pairs(server):
    async with server.websocket("/message/", "alice") as one, server.websocket("/message/", "alice") as two:
        for number in range(100):
            await one.send(f"1 {number}")
            await two.send(f"2 {number}")
        for tab in (one, two):
            heard = {"1": [], "2": []}
            for _ in range(200):
                text = await hear(tab)
                assert is_answer(await hear(tab), text)
                sender, number = text.split()
                heard[sender].append(int(number))
            assert heard == {"1": list(range(100)), "2": list(range(100))}


def test_a_binary_message_ends_its_sender_alone(server):
    for message in (b"\0\1\2", b""):
        sender = server.open("/message/", **as_user("alice"))
        other = server.open("/message/", **as_user("alice"))
        sender.send(frame.binary(message))
        sender.expect_close(1003)
        other.say("still here")
        assert other.text() == "still here"
        assert is_answer(other.text(), "still here")
        other.nothing_before_pong()


def test_a_tab_that_vanishes_leaves_the_others_alone(server):
    tabs = [server.open("/message/", **as_user("alice")) for _ in range(4)]
    tabs[1].abort()
    tabs[2].close()
    tabs[3].send(frame.close(1000))
    for tab in (tabs[0],):
        tab.say("still here")
        assert tab.text() == "still here"
        assert is_answer(tab.text(), "still here")

"""wharf.migrate/1: open connections go over to new code, and neither they nor their groups notice."""

import asyncio

import pytest

from harness import frame
from harness.message import as_user, is_answer
from harness.probe import ask
from harness.server import configuration
from harness.site import Site

TALLY = {"url": "^tally$", "consumer": "tally"}


@pytest.fixture
def site(serve, tmp_path):
    site = Site(serve, tmp_path)
    site.server.allow("calls itself")
    site.put_plugin("one", "tally")
    site.add_route(**TALLY)
    site.wait_for_answer("one 1", "/tally")
    return site


def replace_code(site):
    site.put_plugin("two", "tally")
    site.server.wait_for_log("taken up: ~ url \\^tally\\$: tally one .* -> tally two")


def test_they_go_on_in_the_new_code(site):
    clients = [site.server.open("/tally") for _ in range(20)]
    for client in clients:
        assert ask(client, "?") == "one 1"
    replace_code(site)
    for client in clients:
        assert ask(client, "?") == "two 2"
        assert ask(client, "?") == "two 3"
    # Nobody is left behind, and everybody leaves once.
    for client in clients:
        client.send(frame.close(1000))
        assert client.close_status()[0] == 1000


def test_groups_and_order_survive(site):
    one, two = site.server.open("/tally"), site.server.open("/tally")
    for client in (one, two):
        assert ask(client, "join g") == "joined"
    sent = 200
    one.send(b"".join(frame.text("?") for _ in range(sent)))
    replace_code(site)
    one.send(b"".join(frame.text("?") for _ in range(sent)))
    answers = [one.text() for _ in range(2 * sent)]
    assert [int(answer.split()[1]) for answer in answers] == list(range(1, 2 * sent + 1))
    assert [answer.split()[0] for answer in answers] == sorted(answer.split()[0] for answer in answers)
    assert answers[-1].startswith("two")


def test_one_that_does_not_want_to_stays(site):
    site.server.allow("export_state threw: as asked")
    staying, going = site.server.open("/tally"), site.server.open("/tally")
    assert ask(staying, "stay") == "staying"
    replace_code(site)
    assert ask(going, "?") == "two 1"
    assert ask(staying, "?") == "one 1"


def test_the_new_code_may_refuse(site):
    site.server.allow("import_state threw: as configured")
    client = site.server.open("/tally")
    assert ask(client, "?") == "one 1"
    *others, _ = site.config["routes"]
    site.write(routes=[*others, {**TALLY, "config": {"refuse": True}}])
    site.server.wait_for_log("taken up: ~ url \\^tally\\$: config")
    assert ask(client, "?") == "one 2"
    site.put_plugin("two", "tally")
    site.wait_for_answer("two 1", "/tally")
    assert ask(client, "?") == "one 3"


def test_drain_lets_those_go_that_stayed(site):
    site.server.allow("export_state threw: as asked")
    staying, going = site.server.open("/tally"), site.server.open("/tally")
    assert ask(staying, "stay") == "staying"
    *others, _ = site.config["routes"]
    site.write(routes=[*others, {**TALLY, "drain": "now"}])
    site.server.wait_for_log("taken up: ~ url \\^tally\\$: drain")
    replace_code(site)
    assert staying.close_status()[0] == 1012
    assert ask(going, "?") == "two 1"


async def test_the_message_consumer_hands_over(serve):
    """Two tabs of one visitor, before and after its route has changed."""
    route = {"url": "^message/?$", "consumer": "message"}
    server = serve(configuration(routes=[route]))
    async with server.websocket("/message") as one, server.websocket("/message") as two:
        await one.send("before")
        for tab in (one, two):
            assert await tab.recv() == "before" and is_answer(await tab.recv(), "before")
        text = server.file.read_text(encoding="utf-8")
        server.file.write_text(text.replace("consumer: message", "consumer: message\n  config: {note: new}"), encoding="utf-8")
        await asyncio.to_thread(server.wait_for_log, "taken up: .*config; 2 connections")
        await asyncio.to_thread(server.wait_for_log, "has taken over [12] of [12] connections")
        await two.send("after")
        for tab in (one, two):
            assert await tab.recv() == "after" and is_answer(await tab.recv(), "after")

"""A session ends when nobody types for too long, and when it has lasted for long enough; its owner is told before."""

import asyncio
import re

from harness.sshd import PROMPT
from harness.terminal import shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]


async def told(page) -> dict:
    """The next message about an end that comes."""
    return await page.message("idle", within=30)


async def test_idle(start_sshd, serve_terminal):
    """Output is no reason to stay: nobody may be there."""
    sshd = start_sshd(user={"command": "while echo busy; do sleep 0.1; done"})
    server = serve_terminal(sshd, timeouts={"idle": "1 s"})
    server.allow("paramiko")
    async with shell(server) as page:
        await page.fails("E_IDLE")
    sshd.wait_for("sleep", 0)


async def test_typing_is_not_idle(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), timeouts={"idle": "4 s"})
    server.allow("paramiko")
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        for number in range(20):
            await page.type(f"sleep 0.3; echo nu''mber{number}\r")
            await page.expect(f"number{number}")
        await page.fails("E_IDLE")


async def test_a_session_has_an_end(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "cat"}), timeouts={"session": "1 s"})
    server.allow("paramiko")
    async with shell(server) as page:
        await page.type("x")
        await page.fails("E_IDLE", "E_LIMIT")


async def test_what_a_page_says_by_itself_is_no_input(start_sshd, serve_terminal):
    """Acks, pings, and the size of its window: nobody may be there."""
    server = serve_terminal(start_sshd(user={"command": "while echo busy; do sleep 0.1; done"}), timeouts={"idle": "2 s"})
    server.allow("paramiko")

    async def chatter(page):
        for number in range(1000):
            await page.acknowledge()
            await page.say("ping", id=number)
            await page.say("resize", cols=80 + number % 2, rows=24)
            await asyncio.sleep(0.1)

    async with shell(server) as page:
        chattering = asyncio.create_task(chatter(page))
        await page.fails("E_IDLE")
        chattering.cancel()
        await asyncio.gather(chattering, return_exceptions=True)


async def test_it_is_told_before(start_sshd, serve_terminal):
    """Once, and taken back by input, which begins anew with both."""
    server = serve_terminal(start_sshd(), timeouts={"idle": "8 s"})
    server.allow("paramiko")
    async with shell(server) as page:
        assert await told(page) == {"t": "idle", "in": 1, "fixed": False}
        await page.type("echo he''re\r")
        assert await told(page) == {"t": "idle", "in": 0, "fixed": False}
        await page.expect("here\r\n")
        assert await told(page) == {"t": "idle", "in": 1, "fixed": False}
        await page.fails("E_IDLE")
        assert not [message for message in page.messages if message["t"] == "idle"]


async def test_an_end_that_input_does_not_put_off(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "cat"}), timeouts={"session": "4 s", "idle": "1 h"})
    server.allow("paramiko")
    async with shell(server) as page:
        assert await told(page) == {"t": "idle", "in": 1, "fixed": True}
        await page.type("x")
        await page.fails("E_IDLE")
        assert not [message for message in page.messages if message["t"] == "idle"]


async def test_whoever_comes_back_is_told_anew(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "cat"}), timeouts={"session": "20 s", "idle": "1 h"})
    server.allow("paramiko")
    async with shell(server) as page:
        assert (await told(page))["fixed"] is True
        page.drop()
        await page.close_code()
    async with terminal(server) as back:
        await back.resume(page)
        assert (await told(back))["fixed"] is True
        await back.fails("E_IDLE")

"""How many, how often, and from which pages."""

import re

import psutil
import pytest

from harness.deadline import wait_until
from harness.sshd import PROMPT, User
from harness.terminal import SUBPROTOCOL, origin, shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]


# --- The page that opens the socket.


@pytest.mark.parametrize("mode", ["plain", SUBPROTOCOL])
@pytest.mark.parametrize("strange", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_a_page_of_somebody_else(start_sshd, serve_terminal, mode, strange):
    sshd = start_sshd()
    server = serve_terminal(sshd)
    server.allow("paramiko")
    host, port = server.address
    headers = [("Origin", strange), ("Host", f"{host}:{port}")]
    if mode != "plain":
        headers.append(("Sec-WebSocket-Protocol", mode))
    client = server.raw()
    response = client.ask("/paramiko", without=["Host"], also=headers)
    if response.status == 101:
        client.expect_close(1008)
    else:
        assert response.status == 403
    assert "Connection from" not in sshd.log()


async def test_pages_that_the_route_names(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), origins=["https://app.example", "same"])
    for page_of in ("https://app.example", origin(server)):
        async with terminal(server, origin=page_of) as page:
            await page.connect()
            await page.ready()


async def test_any_page(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), origins=["any"])
    server.allow("origins")
    async with terminal(server, origin="http://other.example") as page:
        await page.connect()
        await page.ready()


# --- How many.


@pytest.mark.parametrize("limits", [{"sessions": 2}, {"per_ip": 2}, {"per_user": 2}], ids=str)
async def test_sessions(start_sshd, serve_terminal, limits):
    server = serve_terminal(start_sshd(), limits=limits)
    server.allow("paramiko")
    async with shell(server, user="alice") as first, shell(server, user="alice"):
        async with terminal(server, user="alice") as third:
            await third.connect()
            await third.fails("E_LIMIT")
        if "per_user" in limits:
            async with shell(server, user="bob"):
                pass
        await first.say("close")
        await first.close_code()
        async with shell(server, user="alice"):
            pass


async def test_an_address_is_that_of_whom_a_trusted_proxy_names(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), limits={"per_ip": 1}, settings={"trusted_proxies": "127.0.0.1"})
    server.allow("paramiko")

    def visitor(address):
        return terminal(server, extra_headers={"X-Forwarded-For": address})

    async with visitor("192.0.2.1") as first, visitor("192.0.2.2") as other, visitor("192.0.2.1") as again:
        for page in (first, other):
            await page.connect()
            await page.ready()
        await again.connect()
        await again.fails("E_LIMIT")
    for address in ("192.0.2.1", "192.0.2.2"):
        server.wait_for_log(rf'audit .*"from":"{address}"')


async def test_attempts_to_log_in(start_sshd, serve_terminal):
    sshd = start_sshd(User(password="right"))
    auth = {"methods": ["password"], "max_attempts": 2}
    server = serve_terminal(sshd, auth=auth, limits={"auth_per_minute": 3})
    server.allow("paramiko")
    outcomes = []
    for _ in range(3):
        async with terminal(server) as page:
            await page.connect()
            while (message := await page.message("authreq", "error"))["t"] == "authreq":
                await page.authenticate("password", password="wrong")
            outcomes.append(message["code"])
    assert outcomes[0] == "E_AUTH" and outcomes[-1] == "E_LIMIT", outcomes
    assert len(re.findall("Failed password", sshd.log())) <= 3


# --- When the server stops, and what is left.


async def test_the_server_stops(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "echo here; sleep 300"})
    server = serve_terminal(sshd)
    async with shell(server) as page:
        await page.expect("here")
        server.terminate()
        assert await page.close_code() == 1001
    server.wait()
    sshd.wait_for("sleep", 0)


async def test_a_hundred_at_once(start_sshd, serve_terminal):
    """Each has its own terminal, and little memory."""
    sshd = start_sshd(user={"command": "echo here; cat"})
    server = serve_terminal(sshd, limits={"per_ip": 0, "per_user": 0})
    async with shell(server) as page:
        await page.expect("here")
    before = server.resident_bytes()
    pages = [shell(server) for _ in range(100)]
    opened = [await page.__aenter__() for page in pages]
    for number, page in enumerate(opened):
        await page.type(f"number{number}.\n")
    for number, page in enumerate(opened):
        await page.expect(rf"number{number}\.")
    # A session costs about 100 KiB, without a sanitizer's share.
    assert server.growth(before) < 60 << 20
    for page in pages:
        await page.__aexit__(None, None, None)
    for number, page in enumerate(opened):
        assert len(page.received) < 100, bytes(page.received)


def descriptors_of(server) -> int:
    return psutil.Process(server.process.pid).num_fds()


async def test_what_is_free_again(start_sshd, serve_terminal):
    """Descriptors of sessions that ended are closed."""
    server = serve_terminal(start_sshd(), resume={"enabled": False})
    descriptors = []
    for _ in range(6):
        async with shell(server) as page:
            await page.expect(re.escape(PROMPT))
            await page.say("close")
            await page.close_code()
        descriptors.append(descriptors_of(server))
    wait_until(lambda: descriptors_of(server) <= descriptors[0], f"descriptors are closed: {descriptors}")

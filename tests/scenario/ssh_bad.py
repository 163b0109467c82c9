"""What goes wrong, in both modes: a sentence that helps, a fitting close code, and a server that is none the worse."""

import asyncio
import contextlib
import json
import os
import re

import pytest

from harness.ssh_faults import HTTP, LONG_BANNER, LONG_LINE, Impostor, Proxy, refused_port, unreachable_port
from harness.sshd import PROMPT, User
from harness.terminal import CLOSE_CODES, plain, shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]

RED = r"\x1b\[[0-9;]*31m"
SHORT = {"connect": "1 s", "handshake": "1 s"}


@pytest.fixture
def lead_to(start_sshd, serve_terminal):
    """lead_to(port, **config): a server whose route leads there."""

    def start(port: int, **config):
        server = serve_terminal(start_sshd(), port=port, **config)
        server.allow("paramiko")
        return server

    return start


async def told(server, *codes: str, pattern="", within: float = 10):
    """The same in both modes."""
    async with terminal(server) as page:
        await page.connect()
        error = await page.fails(*codes, within=within)
        assert re.search(pattern, error["msg"]), error
    async with plain(server) as page:
        assert await page.close_code(within) == CLOSE_CODES[error["code"]]
        assert re.search(RED, page.shown), page.shown
        assert re.search(pattern, page.shown), page.shown
    return error


async def is_well(server):
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))


# --- On the way.


async def test_an_unknown_host(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(), target={"host": "nowhere.invalid", "port": 22, "user": "ada"})
    server.allow("paramiko")
    await told(server, "E_DNS", pattern="nowhere.invalid")


async def test_a_refused_port(lead_to):
    with refused_port() as port:
        error = await told(lead_to(port), "E_REFUSED", pattern=f"127.0.0.1.*{port}")
        assert error["retry"] is True


async def test_a_host_that_does_not_answer(lead_to):
    with unreachable_port() as port:
        await told(lead_to(port, timeouts=SHORT), "E_TIMEOUT", pattern=str(port))


async def test_a_host_that_says_nothing(lead_to):
    with Impostor() as host:
        await told(lead_to(host.port, timeouts=SHORT), "E_TIMEOUT", pattern=str(host.port))


@pytest.mark.parametrize(
    "greeting",
    [HTTP, b"220 mail.test ESMTP\r\n", b"\0" * 1000, b"SSH-1.5-old\r\n", b"SSH-2.0-x\r\n" + b"\xff" * 2000, b""],
    ids=["http", "mail", "zeros", "old", "garbage", "nothing"],
)
async def test_no_ssh_server(lead_to, greeting):
    with Impostor(greeting, closes=True) as host:
        server = lead_to(host.port, timeouts=SHORT)
        await told(server, "E_LOST", "E_REFUSED", "E_TIMEOUT", "E_INTERNAL", pattern=str(host.port))


async def test_lies_about_lengths(lead_to):
    """The first packet claims to be huge, empty, or shorter than its padding."""
    for length in (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\x01", b"\x7f\xff\xff\xff", b"\0\0\x88\xb8"):
        with Impostor(b"SSH-2.0-OpenSSH_9.2\r\n" + length + b"\xff" + bytes(100)) as host:
            server = lead_to(host.port, timeouts=SHORT)
            async with terminal(server) as page:
                await page.connect()
                await page.fails("E_LOST", "E_TIMEOUT", "E_INTERNAL")


@pytest.mark.parametrize("greeting", [LONG_BANNER, LONG_LINE, LONG_LINE + b"\r\n"], ids=["lines", "line", "whole"])
async def test_100_kilobytes_before_the_version(start_sshd, serve_terminal, greeting):
    """Take it or leave it, but within the time that the route gives, and within bounds."""
    sshd = start_sshd()
    with Proxy(sshd.port, greeting=greeting) as proxy:
        server = serve_terminal(sshd, port=proxy.port, timeouts={"handshake": "2 s"})
        server.allow("paramiko")
        async with terminal(server) as page:
            await page.connect()
            message = await page.message("ready", "error")
            assert message["t"] == "ready" or message["code"] in ("E_LOST", "E_REFUSED", "E_TIMEOUT", "E_LIMIT"), message


async def test_a_banner_without_an_end(lead_to):
    """It is not read for as long as it comes: that would hold up everybody else."""
    with Impostor(LONG_BANNER * 50) as host:
        server = lead_to(host.port)
        before = server.resident_bytes()
        await told(server, "E_REFUSED", pattern="on and on")
        assert server.growth(before) < 4 << 20


@pytest.mark.parametrize("after", [1, 30, 100, 1000, 1400])
@pytest.mark.parametrize("then", ["reset", "close"])
async def test_the_connection_breaks_during_key_exchange(start_sshd, serve_terminal, after, then):
    sshd = start_sshd()
    with Proxy(sshd.port, after=after, then=then) as proxy:
        server = serve_terminal(sshd, port=proxy.port)
        server.allow("paramiko")
        async with terminal(server) as page:
            await page.connect()
            error = await page.fails("E_LOST", "E_REFUSED")
            assert error["retry"] is True


@pytest.mark.parametrize("after", [100, 1400])
async def test_the_connection_hangs_during_key_exchange(start_sshd, serve_terminal, after):
    sshd = start_sshd()
    with Proxy(sshd.port, after=after, then="hold") as proxy:
        server = serve_terminal(sshd, port=proxy.port, timeouts=SHORT)
        server.allow("paramiko")
        async with terminal(server) as page:
            await page.connect()
            await page.fails("E_TIMEOUT")


# --- Who logs in.


async def test_a_wrong_password_three_times(start_sshd, serve_terminal):
    sshd = start_sshd(User(password="right"))
    server = serve_terminal(sshd, auth={"methods": ["password"]})
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        for left in (3, 2, 1):
            assert (await page.question())["left"] == left
            await page.authenticate("password", password="wrong")
        await page.fails("E_AUTH")
    assert len(re.findall("Failed password", sshd.log())) == 3


async def test_a_wrong_passphrase_three_times(start_sshd, serve_terminal, make_key):
    key = make_key(passphrase="right")
    server = serve_terminal(start_sshd(User(keys=(key,))), auth={"methods": ["publickey"]})
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        for _ in range(3):
            await page.question()
            await page.authenticate("publickey", key=key.private, passphrase="wrong")
        assert "passphrase" in (await page.fails("E_AUTH"))["msg"]


async def test_a_changed_host_key(start_sshd, serve_terminal):
    sshd = start_sshd()
    server = serve_terminal(sshd)
    old = sshd.host_keys[0].fingerprint
    sshd.stop()
    sshd.change_host_keys("ed25519")
    sshd.start()
    server.allow("paramiko")
    await told(server, "E_HOSTKEY", pattern=re.escape(sshd.host_keys[0].fingerprint) + "|" + re.escape(old))


# --- What the page says.


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{",
        "[]",
        "null",
        "7",
        '"ping"',
        "{}",
        '{"t":7}',
        '{"t":null}',
        '{"t":"no such message"}',
        '{"t":"resize"}',
        '{"t":"resize","cols":"80","rows":24}',
        '{"t":"ack","n":-1}',
        '{"t":"ack","n":1e99}',
        '{"t":"ping","id":"x"}',
        '{"t":"hostkey"}',
        '{"t":"auth"}',
        '{"t":"signal","name":"NONE"}',
        '{"t":"signal","name":"TERM\\u0000"}',
        '{"t":"connect"}',
        '{"t":"transfer","token":"x"}',
        '{"t":"close"}}',
        "[" * 10000,
        '{"t":"ping","id":1,' + '"a":' * 2000,
        json.dumps({"t": "ping", "id": 1, "more": "x" * 70000}),
    ],
    ids=range(26),
)
async def test_what_is_no_message(start_sshd, serve_terminal, text):
    sshd = start_sshd()
    server = serve_terminal(sshd)
    server.allow("paramiko")
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await page.socket.send(text)
        assert await page.close_code() in (4400, 1009)
        assert page.close_reason
    await is_well(server)


@pytest.mark.parametrize(
    "first", ['{"t":"resize","cols":80,"rows":24}', '{"t":"auth","method":"agent"}', b"ls\n", '{"t":"ack","n":0}']
)
async def test_something_else_before_connect(start_sshd, serve_terminal, first):
    sshd = start_sshd()
    server = serve_terminal(sshd)
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.message("hello")
        await page.socket.send(first)
        assert await page.close_code() == 4400
    assert "Connection from" not in sshd.log()


async def test_nothing_before_connect(start_sshd, serve_terminal):
    """A page that says nothing costs nothing, and not for ever."""
    server = serve_terminal(start_sshd(), timeouts={"auth": "1 s"})
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.message("hello")
        assert await page.close_code(20) in (4400, 4401, 4408, 4502)


@pytest.mark.parametrize(
    "cols, rows, size",
    [(0, 0, "1 1"), (100000, 100000, "1000 1000"), (-5, 24, "24 1"), (2**62, 1, "1 1000"), (80, 24, "24 80")],
)
async def test_sizes(start_sshd, serve_terminal, cols, rows, size):
    server = serve_terminal(start_sshd())
    async with shell(server, cols=cols, rows=rows) as page:
        await page.expect(re.escape("$ "))
        await page.type("stty size\r")
        await page.expect(rf"{size}\r\n")
        await page.say("resize", cols=90, rows=30)
        await page.type("stty size\r")
        await page.expect(r"30 90\r\n")
        await page.say("resize", cols=cols, rows=rows)
        await page.type("stty size\r")
        await page.expect(rf"{size}\r\n")


async def test_a_storm_of_sizes(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        for number in range(2000):
            await page.say("resize", cols=20 + number % 200, rows=10 + number % 50)
        await page.say("resize", cols=77, rows=33)
        await page.type("stty size; sleep 0.2; stty size\r")
        await page.expect(r"33 77\r\n")


async def test_messages_at_every_moment(start_sshd, serve_terminal):
    """Those that make no sense yet, or no more, do no harm."""
    sshd = start_sshd(User(password="right"))
    server = serve_terminal(sshd, auth={"methods": ["password"]})
    server.allow("paramiko")
    early = ['{"t":"ping","id":1}', '{"t":"eof"}', '{"t":"signal","name":"INT"}', '{"t":"resize","cols":9,"rows":9}']
    early += ['{"t":"share","mode":"ro"}', '{"t":"kick","viewer":"x"}', '{"t":"sftp","op":"list","id":1,"path":"/"}']
    early += ['{"t":"hostkey","accept":true,"fp":"x"}', '{"t":"detach"}', '{"t":"auth","method":"kbd","answers":[]}']
    for text in [*early, b"typed too early\n"]:
        async with terminal(server) as page:
            await page.connect()
            await page.question()
            with contextlib.suppress(Exception):  # it may well be closed
                await page.socket.send(text)
                await page.authenticate("password", password="right")
                await page.read_for(0.3)
    async with terminal(server) as page:
        await page.connect()
        await page.question()
        await page.authenticate("password", password="right")
        await page.ready()


async def test_20_megabytes_in_one_message(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "cat"}))
    async with shell(server) as page:
        with contextlib.suppress(Exception):  # the close overtakes it
            await page.socket.send(bytes(20 << 20))
        assert await page.close_code() == 1009
    async with plain(server) as page:
        with contextlib.suppress(Exception):
            await page.type("x" * (20 << 20))
        assert await page.close_code() == 1009


async def test_20_megabytes_that_are_pasted(start_sshd, serve_terminal):
    """Into a shell, which takes its time and rings the bell; the visitor does not wait for it."""
    server = serve_terminal(start_sshd())
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        paste = asyncio.create_task(page.type(b"#" * (20 << 20)))
        await page.read_for(3)
        paste.cancel()
        await page.say("ping", id=1)
    await is_well(server)


async def test_random_bytes_in_both_modes(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "head -c 2000000 /dev/urandom"}))
    async with shell(server) as page:
        assert (await page.message("exit", within=30))["status"] == 0
        assert await page.close_code() == 1000
    async with plain(server) as page:
        assert await page.close_code(30) == 1000
        assert len(page.shown) > 100000


async def test_random_bytes_that_are_typed(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "stty raw; echo ready; cat > typed"}))
    async with shell(server) as page:
        await page.expect("ready")
        await page.type(os.urandom(1 << 20))
        await page.say("ping", id=1)
        await page.message("pong")


# --- In the middle of it.


@pytest.mark.parametrize("mode", ["ssh.v1", "plain"])
async def test_kill_9_of_sshd(start_sshd, serve_terminal, mode):
    sshd = start_sshd(user={"command": "while echo busy; do sleep 0.01; done"})
    server = serve_terminal(sshd)
    server.allow("paramiko")
    if mode == "plain":
        async with plain(server) as page:
            await page.expect("busy")
            sshd.kill_sessions()
            assert await page.close_code() == 4502
            assert re.search(RED, page.shown[-500:]), page.shown[-500:]
        return
    async with shell(server) as page:
        await page.expect("busy")
        sshd.kill_sessions()
        await page.fails("E_LOST")


@pytest.mark.parametrize("how", ["reset", "close"])
async def test_the_connection_breaks(start_sshd, serve_terminal, how):
    sshd = start_sshd()
    with Proxy(sshd.port) as proxy:
        server = serve_terminal(sshd, port=proxy.port)
        server.allow("paramiko")
        async with shell(server) as page:
            await page.expect(re.escape(PROMPT))
            getattr(proxy, how)()
            assert (await page.fails("E_LOST"))["retry"] is True


async def test_the_connection_is_dead(start_sshd, serve_terminal):
    """Nobody says so: it is found out, since what is sent is not acknowledged."""
    sshd = start_sshd()
    with Proxy(sshd.port, buffer=4096) as proxy:
        server = serve_terminal(sshd, port=proxy.port, timeouts={"tcp_user": "2 s"}, keepalive={"ssh": "1 s"})
        server.allow("paramiko")
        async with shell(server) as page:
            await page.expect(re.escape(PROMPT))
            proxy.hold()
            typing = asyncio.create_task(page.type(bytes(8 << 20)))
            await page.fails("E_LOST", "E_TIMEOUT", within=30)
            typing.cancel()


async def test_signals_and_statuses(start_sshd, serve_terminal):
    commands = {"exit 0": 0, "exit 7": 7, "exit 255": 255, "kill -TERM $$": "TERM", "kill -KILL $$": "KILL"}
    for command, expected in commands.items():
        server = serve_terminal(start_sshd(user={"command": f"echo words; {command}"}))
        async with shell(server) as page:
            message = await page.message("exit")
            assert message.get("status", message.get("signal")) == expected, (command, message)
            assert message["bytes"] == page.position == len("words\r\n")
            assert await page.close_code() == 1000

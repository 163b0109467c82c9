"""Where a visitor may go: only where the route allows, whatever the name, and by way of a jump host if it says so."""

import re

import pytest

from harness.ssh_keys import known_hosts_line
from harness.sshd import PROMPT, User
from harness.terminal import terminal

pytest_plugins = ["harness.ssh_fixtures"]

CHOICE = {"allow_client_target": True}


@pytest.fixture
def aimed(serve_terminal, key):
    """aimed(sshd, **config): the page says where, and as whom."""

    def start(sshd, **config):
        server = serve_terminal(sshd, **{**CHOICE, **config})
        server.allow("paramiko")
        return server

    return start


async def reach(server, sshd, host="127.0.0.1", port=None, **fields):
    async with terminal(server) as page:
        await page.connect(host=host, port=port or sshd.port, user=sshd.user.name, **fields)
        await page.ready()
        await page.expect(re.escape(PROMPT))


async def refusal(server, *codes: str, host, port=22, within: float = 10) -> dict:
    async with terminal(server) as page:
        await page.connect(host=host, port=port, user="ada")
        return await page.fails(*codes, within=within)


async def test_the_page_may_not_choose(start_sshd, aimed):
    sshd, other = start_sshd(), start_sshd()
    server = aimed(sshd, allow_client_target=False)
    async with terminal(server) as page:
        await page.connect(host="127.0.0.1", port=other.port)
        assert page.hello["choose"] is False
        # What it says does not count, or is refused.
        message = await page.message("hostkey", "ready", "error")
        assert message.get("code", "E_POLICY") == "E_POLICY" and message.get("port", sshd.port) == sshd.port, message
    assert "Connection from" not in other.log()


async def test_the_page_may_not_be_another(start_sshd, serve_terminal, key):
    """The key of the route may open more accounts than the one that the route names."""
    sshd = start_sshd(User("ada", keys=(key,)), User("bob", keys=(key,)))
    server = serve_terminal(sshd)
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect(user="bob")
        error = await page.fails("E_POLICY")
        assert "ada" in error["msg"]
    assert "bob" not in sshd.log()
    async with terminal(server) as page:
        await page.connect(user="ada")
        await page.ready()


async def test_only_what_is_allowed(start_sshd, aimed):
    sshd, other = start_sshd(), start_sshd()
    server = aimed(sshd, allow=[f"127.0.0.1:{sshd.port}"])
    await reach(server, sshd)
    await refusal(server, "E_POLICY", host="127.0.0.1", port=other.port)
    await refusal(server, "E_POLICY", host="127.0.0.2", port=sshd.port)
    assert "Connection from" not in other.log()


@pytest.mark.parametrize(
    "rule, allowed",
    [
        ("127.0.0.1:{port}", True),
        ("127.0.0.1", True),
        ("127.0.0.0/8:{port}", True),
        ("0.0.0.0/0", True),
        ("127.0.0.1:1", False),
        ("127.0.0.2:{port}", False),
        ("128.0.0.0/8:{port}", False),
        ("*.lab.example:{port}", False),
        ("[::1]:{port}", False),
    ],
)
async def test_allow(start_sshd, aimed, rule, allowed):
    sshd = start_sshd()
    server = aimed(sshd, target={}, allow=[rule.format(port=sshd.port)])
    if allowed:
        await reach(server, sshd)
    else:
        error = await refusal(server, "E_POLICY", host="127.0.0.1", port=sshd.port)
        assert "127.0.0.1" in error["msg"]
        assert "Connection from" not in sshd.log()


async def test_a_name(start_sshd, aimed, known_hosts):
    sshd = start_sshd()
    known_hosts.write_text(sshd.known_hosts("localhost"), encoding="ascii")
    await reach(aimed(sshd, allow=[f"localhost:{sshd.port}"]), sshd, host="LocalHost")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_deny_goes_by_the_address(start_sshd, aimed, name):
    """However the name is called, and although it is allowed."""
    sshd = start_sshd()
    rules = {"allow": [f"localhost:{sshd.port}", "127.0.0.1"], "deny": ["127.0.0.0/8", "::1"]}
    await refusal(aimed(sshd, **rules), "E_POLICY", host=name, port=sshd.port)
    assert "Connection from" not in sshd.log()


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.1.1",
        "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe",
        "fe80::1",
        "fe80::1%lo",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.43518",
    ],
)
async def test_metadata_and_link_local_addresses(start_sshd, aimed, host):
    """Denied without a word in the configuration, in every spelling; one that is no address has no other meaning."""
    server = aimed(start_sshd(), allow=["0.0.0.0/0", "::/0"])
    await refusal(server, "E_POLICY", "E_DNS", host=host, within=5)


async def test_a_name_that_is_not_there(start_sshd, aimed):
    server = aimed(start_sshd(), allow=["nowhere.invalid"])
    error = await refusal(server, "E_DNS", host="nowhere.invalid")
    assert "nowhere.invalid" in error["msg"]


@pytest.mark.parametrize("fields", [{}, {"host": "127.0.0.1"}, {"user": "ada"}])
async def test_what_is_missing(start_sshd, aimed, fields):
    """The page is told what the route does not know, and a page that says it not is told again."""
    server = aimed(start_sshd(), target={"host": "", "user": ""}, allow=["127.0.0.1"])
    async with terminal(server) as page:
        await page.connect(**fields)
        assert set(page.hello["needs"]) == {"host", "user"} and page.hello["choose"] is True
        assert await page.close_code() in (4400, 4403, 4401)


# --- By way of another host.


@pytest.fixture
def behind(start_sshd, serve_terminal, known_hosts, make_key):
    """behind(**jump): a server whose route leads through one sshd to another; the two of them."""

    def start(known=None, **jump):
        gate_key = make_key()
        gate, inner = start_sshd(User("gate", keys=(gate_key,))), start_sshd()
        known = known or (lambda gate, inner: gate.known_hosts() + inner.known_hosts())
        known_hosts.write_text(known(gate, inner), encoding="ascii")
        own = {"host": "127.0.0.1", "port": gate.port, "user": gate.user.name, "key_file": str(gate_key.file)}
        server = serve_terminal(inner, jump={**own, **jump})
        server.allow("paramiko")
        return server, gate, inner

    return start


async def test_a_jump(behind):
    server, gate, inner = behind()
    async with terminal(server) as page:
        await page.connect()
        await page.ready()
        await page.expect(re.escape(PROMPT))
        # A lot, so that both windows are used up again and again.
        await page.type("seq 200000; echo en''d\r")
        await page.expect("199999\r\n200000\r\nend\r\n", within=30)
        await page.say("close")
    assert "Accepted publickey for" in gate.log() and "Accepted publickey for" in inner.log()
    inner.wait_for_log("(Disconnected|Connection (closed|reset))")
    gate.wait_for_log("(Disconnected|Connection (closed|reset))")


async def test_a_jump_host_that_is_not_known(behind):
    server, gate, inner = behind(known=lambda gate, inner: inner.known_hosts())
    async with terminal(server) as page:
        await page.connect()
        assert str(gate.port) in (await page.fails("E_HOSTKEY"))["msg"]
    assert "Accepted" not in gate.log()


async def test_a_host_behind_it_that_is_not_known(behind, make_key):
    wrong = make_key()

    def known(gate, inner):
        return gate.known_hosts() + known_hosts_line(wrong, inner.port)

    server, _, inner = behind(known=known)
    async with terminal(server) as page:
        await page.connect()
        assert str(inner.port) in (await page.fails("E_HOSTKEY"))["msg"]
    assert "Accepted" not in inner.log()


async def test_a_jump_host_that_refuses_the_key(behind, make_key):
    server, _, inner = behind(key_file=str(make_key().file))
    async with terminal(server) as page:
        await page.connect()
        assert "jump" in (await page.fails("E_AUTH"))["msg"]
    assert "Connection from" not in inner.log()


async def test_nobody_behind_the_jump_host(behind):
    server, _, inner = behind()
    inner.stop()
    async with terminal(server) as page:
        await page.connect()
        await page.fails("E_REFUSED", "E_LOST")


async def test_a_jump_host_that_dies(behind):
    server, gate, inner = behind()
    async with terminal(server) as page:
        await page.connect()
        await page.ready()
        gate.stop()
        await page.fails("E_LOST")
    inner.wait_for_log("(Disconnected|Connection (closed|reset))")

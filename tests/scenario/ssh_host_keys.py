"""Who the SSH server is: known, new, changed, revoked, pinned. Nobody is logged in anywhere else."""

import re

import pytest

from harness.ssh_keys import hash_names, known_hosts_line
from harness.sshd import PROMPT
from harness.terminal import terminal

pytest_plugins = ["harness.ssh_fixtures"]


@pytest.fixture
def with_policy(serve_terminal, known_hosts):
    """with_policy(sshd, policy, lines): a server that knows these lines and no more."""

    def start(sshd, policy: str, lines="", **also):
        known_hosts.write_text(lines, encoding="ascii")
        server = serve_terminal(sshd, known_hosts={"policy": policy, "files": [str(known_hosts)], **also})
        server.allow("paramiko")
        return server

    return start


async def accepted(server):
    async with terminal(server) as page:
        await page.connect()
        await page.ready()
        await page.expect(re.escape(PROMPT))


async def refused(server, *told: str) -> dict:
    """The session ends before anything secret was said, and the visitor is told what there is to know."""
    async with terminal(server) as page:
        await page.connect()
        shown = await page.message("hostkey")
        assert not shown["ask"], shown
        error = await page.fails("E_HOSTKEY")
        for text in told:
            assert text in f"{shown} {error}"
        return shown


def changed(sshd, make_key, kind="ed25519"):
    """A key that another server had under this name, and its line."""
    old = make_key(kind)
    return old, known_hosts_line(old, sshd.port)


POLICIES = ["strict", "tofu", "ask"]


@pytest.mark.parametrize("policy", POLICIES)
async def test_known(start_sshd, with_policy, policy):
    sshd = start_sshd()
    await accepted(with_policy(sshd, policy, sshd.known_hosts()))


@pytest.mark.parametrize("kinds", [["ed25519"], ["ecdsa"], ["ed25519", "ecdsa", "rsa"]], ids=str)
@pytest.mark.parametrize("known", [0, -1])
async def test_one_of_its_keys_is_known(start_sshd, with_policy, kinds, known):
    """The known type is asked for, whatever else the server has."""
    sshd = start_sshd(host_keys=kinds)
    if sshd.host_keys[known].kind == "rsa":
        pytest.skip("Debian's libssh2 1.10.0 cannot use an RSA host key")
    await accepted(with_policy(sshd, "strict", known_hosts_line(sshd.host_keys[known], sshd.port)))


async def test_hashed_names(start_sshd, with_policy, known_hosts):
    sshd = start_sshd()
    server = with_policy(sshd, "strict", sshd.known_hosts())
    hash_names(known_hosts)
    assert "127.0.0.1" not in known_hosts.read_text(encoding="ascii")
    await accepted(server)


async def test_patterns(start_sshd, with_policy):
    sshd = start_sshd()
    key = sshd.host_keys[0].public
    await accepted(with_policy(sshd, "strict", f"# a comment\n\n[127.0.0.*]:{sshd.port} {key}\n"))


async def test_a_pattern_that_excludes(start_sshd, with_policy):
    sshd = start_sshd()
    key = sshd.host_keys[0].public
    await refused(with_policy(sshd, "strict", f"[127.0.0.*]:{sshd.port},![127.0.0.1]:{sshd.port} {key}\n"))


async def test_lines_that_are_none(start_sshd, with_policy):
    sshd = start_sshd()
    lines = "nonsense\n@cert-authority\n[127.0.0.1]:1 ssh-ed25519 not-base64\n\0\n" + sshd.known_hosts()
    await accepted(with_policy(sshd, "strict", lines))


async def test_several_files(start_sshd, serve_terminal, tmp_path):
    sshd = start_sshd()
    files = [tmp_path / name for name in ("missing", "empty", "known")]
    files[1].touch()
    files[2].write_text(sshd.known_hosts(), encoding="ascii")
    server = serve_terminal(sshd, known_hosts={"policy": "strict", "files": [str(file) for file in files]})
    server.allow("missing")
    await accepted(server)


# --- New.


async def test_strict_refuses_what_is_new(start_sshd, with_policy, known_hosts):
    sshd = start_sshd()
    await refused(with_policy(sshd, "strict"), sshd.host_keys[0].fingerprint)
    assert known_hosts.read_text(encoding="ascii") == ""


async def test_an_authority_makes_no_key_known(start_sshd, with_policy, make_key):
    """libssh2 ignores these lines; nobody may take them for more than they say."""
    sshd = start_sshd()
    line = known_hosts_line(make_key(), sshd.port, marker="@cert-authority")
    await refused(with_policy(sshd, "strict", line))
    await refused(with_policy(sshd, "strict", sshd.known_hosts(marker="@cert-authority")))


async def test_tofu_learns(start_sshd, with_policy, known_hosts):
    sshd = start_sshd()
    server = with_policy(sshd, "tofu")
    await accepted(server)
    learnt = known_hosts.read_text(encoding="ascii")
    assert sshd.host_keys[0].public in learnt
    await accepted(server)
    assert known_hosts.read_text(encoding="ascii") == learnt
    sshd.stop()
    sshd.change_host_keys("ed25519")
    sshd.start()
    await refused(server, sshd.host_keys[0].fingerprint)
    assert known_hosts.read_text(encoding="ascii") == learnt


async def ask(server, fingerprint: str, **answer):
    page = terminal(server)
    socket = await page.__aenter__()
    await socket.connect()
    question = await socket.message("hostkey")
    assert question["status"] == "new" and question["ask"] is True, question
    assert question["fp"] == fingerprint and question["alg"], question
    await socket.say("hostkey", **answer)
    return page, socket


@pytest.mark.parametrize("remember", [True, False])
async def test_ask_and_accept(start_sshd, with_policy, known_hosts, remember):
    sshd = start_sshd()
    server = with_policy(sshd, "ask")
    fingerprint = sshd.host_keys[0].fingerprint
    for _ in range(2):
        page, socket = await ask(server, fingerprint, accept=True, remember=remember, fp=fingerprint)
        await socket.ready()
        await page.__aexit__(None, None, None)
        if remember:
            break
    assert (sshd.host_keys[0].public in known_hosts.read_text(encoding="ascii")) == remember
    if remember:
        await accepted(server)


@pytest.mark.parametrize("answer", ["refuse", "another fingerprint"])
async def test_ask_and_refuse(start_sshd, with_policy, known_hosts, make_key, answer):
    sshd = start_sshd()
    server = with_policy(sshd, "ask")
    fingerprint = sshd.host_keys[0].fingerprint
    given = (
        {"accept": False, "fp": fingerprint} if answer == "refuse" else {"accept": True, "fp": make_key().fingerprint}
    )
    page, socket = await ask(server, fingerprint, remember=True, **given)
    await socket.fails("E_HOSTKEY")
    await page.__aexit__(None, None, None)
    assert known_hosts.read_text(encoding="ascii") == ""


async def test_nothing_is_asked_before_the_answer(start_sshd, with_policy):
    """A page that answers another question first gets no further."""
    sshd = start_sshd()
    server = with_policy(sshd, "ask")
    async with terminal(server) as page:
        await page.connect()
        await page.message("hostkey")
        await page.say("auth", method="password", password="too early")
        message = await page.message("error", "hostkey")
        assert message["t"] == "error" or message["ask"], message
        assert "ready" not in [each["t"] for each in page.messages]


# --- Changed, and revoked.


@pytest.mark.parametrize("policy", POLICIES)
async def test_changed(start_sshd, with_policy, make_key, known_hosts, policy):
    sshd = start_sshd()
    old, line = changed(sshd, make_key)
    shown = await refused(with_policy(sshd, policy, line), sshd.host_keys[0].fingerprint, old.fingerprint)
    assert shown["status"] == "changed"
    assert known_hosts.read_text(encoding="ascii") == line


@pytest.mark.parametrize("policy", POLICIES)
async def test_changed_to_another_type(start_sshd, with_policy, make_key, policy):
    """A server that suddenly has a key of another type alone is no new one."""
    sshd = start_sshd(host_keys=["ecdsa"])
    old, line = changed(sshd, make_key)
    await refused(with_policy(sshd, policy, line), old.fingerprint)


@pytest.mark.parametrize("policy", POLICIES)
async def test_revoked(start_sshd, with_policy, known_hosts, policy):
    sshd = start_sshd()
    lines = sshd.known_hosts(marker="@revoked")
    shown = await refused(with_policy(sshd, policy, lines), sshd.host_keys[0].fingerprint)
    assert shown["status"] == "revoked"
    assert known_hosts.read_text(encoding="ascii") == lines


@pytest.mark.parametrize("order", [1, -1])
async def test_revoked_and_known(start_sshd, with_policy, order):
    sshd = start_sshd()
    lines = [sshd.known_hosts(marker="@revoked"), sshd.known_hosts()]
    await refused(with_policy(sshd, "strict", "".join(lines[::order])), sshd.host_keys[0].fingerprint)


async def test_revoked_everywhere(start_sshd, with_policy):
    sshd = start_sshd()
    await refused(with_policy(sshd, "tofu", f"@revoked * {sshd.host_keys[0].public}\n"))


# --- Pinned.


async def test_the_pinned_key(start_sshd, with_policy):
    sshd = start_sshd()
    await accepted(with_policy(sshd, "pinned", pin=[sshd.host_keys[0].fingerprint]))


async def test_not_the_pinned_key(start_sshd, with_policy, make_key):
    """What known_hosts says does not count."""
    sshd = start_sshd()
    pin = make_key().fingerprint
    await refused(with_policy(sshd, "pinned", sshd.known_hosts(), pin=[pin]), sshd.host_keys[0].fingerprint)


async def test_a_host_with_an_rsa_key_alone(start_sshd, with_policy):
    """Debian's libssh2 1.10.0 knows only its SHA-1 signature, which OpenSSH does not make: it is said."""
    sshd = start_sshd(host_keys=["rsa"])
    server = with_policy(sshd, "strict", sshd.known_hosts())
    async with terminal(server) as page:
        await page.connect()
        assert "RSA" in (await page.fails("E_ALG_RSA"))["msg"]

"""Plain mode: a page that sends what is typed and shows what comes, as the pages of tutorials do."""

import contextlib
import re
import time

import pytest
import websockets

from harness.deadline import FACTOR
from harness.ssh_keys import Key
from harness.sshd import PROMPT, User, totp_code
from harness.terminal import plain

pytest_plugins = ["harness.ssh_fixtures"]

RED = r"\x1b\[[0-9;]*31m"
SECRET = "JBSWY3DPEHPK3PXP"
ASKS = {"methods": ["keyboard-interactive", "password"]}


async def run(page, command: str, pattern: str):
    await page.expect(re.escape(PROMPT))
    await page.type(command + "\r")
    return await page.expect(pattern)


async def test_a_shell(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    async with plain(server) as page:
        await run(page, "echo he''llo", "hello\r\n")
        await page.type(b"echo by''tes\r")
        await page.expect("bytes\r\n")


@pytest.mark.parametrize(
    "query, size",
    [
        ("", "24 80"),
        ("?cols=100&rows=30", "30 100"),
        ("?cols=0&rows=100000", "1000 1"),
        ("?cols=-5&rows=99999999999999999999", r"\d+ \d+"),
        ("?cols=many&rows=", "24 80"),
    ],
)
async def test_the_size(start_sshd, serve_terminal, query, size):
    server = serve_terminal(start_sshd())
    async with plain(server, "/paramiko" + query) as page:
        await run(page, "stty size", rf"\r\n{size}\r\n")


async def test_the_environment(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    async with plain(server) as page:
        await run(page, "echo $TERM $LANG", "xterm-256color C.UTF-8\r\n")


async def test_what_looks_like_a_message_is_input(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(user={"command": "stty -echo; echo ready; cat"}))
    async with plain(server) as page:
        await page.expect("ready\r\n")
        for text in ('{"t":"close"}', '{"t":"resize","cols":1,"rows":1}', "[]", "null"):
            await page.type(text + "\n")
            await page.expect(re.escape(text) + "\r\n")


@pytest.mark.parametrize(
    "command, shown",
    [
        (r"printf '\344'; sleep 0.2; printf '\275'; sleep 0.2; printf '\240.'", "你."),
        (r"printf '\360\237'; sleep 0.2; printf '\230\200.'", "\N{GRINNING FACE}."),
        (r"printf 'a\377b.'", "a\ufffdb."),
        (r"printf 'a\344b.'", "a\ufffdb."),
        (r"printf '\355\240\200.'", "\ufffd+\\."),
        (r"printf 'end\344'", "end\ufffd"),
        (r"printf 'zero\000.'", "zero\0."),
    ],
)
async def test_text_is_utf8_whatever_comes(start_sshd, serve_terminal, command, shown):
    server = serve_terminal(start_sshd(user={"command": command}))
    async with plain(server) as page:
        await page.expect(shown)
        assert await page.close_code() == 1000


@pytest.mark.parametrize("command", ["exit 0", "exit 7", "kill -TERM $$"])
async def test_the_end_of_the_command(start_sshd, serve_terminal, command):
    """Never a code that a page would take for a broken network."""
    server = serve_terminal(start_sshd(user={"command": f"echo last words; {command}"}))
    async with plain(server) as page:
        await page.expect("last words\r\n")
        assert await page.close_code() == 1000


async def test_the_visitor_goes(start_sshd, serve_terminal):
    sshd = start_sshd(user={"command": "sleep 300"})
    server = serve_terminal(sshd)
    async with plain(server):
        sshd.wait_for("sleep")
    sshd.wait_for("sleep", 0)


# --- What the route does not know is asked.


async def test_who_and_the_password(start_sshd, serve_terminal):
    sshd = start_sshd(User(password="päss wörd"))
    target = {"host": "127.0.0.1", "port": sshd.port}
    server = serve_terminal(sshd, target=target, auth=ASKS)
    server.allow("paramiko")
    async with plain(server) as page:
        await page.expect("login: $")
        await page.type("ada\r")
        await page.expect("(?i)password: $")
        await page.type("wrong\r")
        await page.expect("(?i)password: $")
        await page.type("päss wörd\r")
        await page.expect(re.escape(PROMPT))
        assert "wrong" not in page.shown and "päss" not in page.shown


async def test_a_wrong_password_three_times(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password="right")), auth=ASKS)
    server.allow("paramiko")
    async with plain(server) as page:
        for attempt in range(3):
            await page.expect("(?i)password: $")
            await page.type(f"wrong{attempt}\r")
        await page.expect(RED + "[^\n]*\n?")
        assert await page.close_code() == 4401
        assert "wrong" not in page.shown


async def test_nobody_gives_an_answer(start_sshd, serve_terminal):
    sshd = start_sshd(User(password="right"))
    server = serve_terminal(sshd, auth=ASKS, timeouts={"auth": "1 s"})
    server.allow("paramiko")
    async with plain(server) as page:
        await page.expect("(?i)password: $")
        await page.expect(RED)
        assert await page.close_code() == 4502


async def test_ctrl_c_gives_up(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password="right")), auth=ASKS)
    server.allow("paramiko")
    async with plain(server) as page:
        await page.expect("(?i)password: $")
        await page.type("\x03")
        assert await page.close_code() in (1000, 4401)


async def test_prompts_of_the_server(start_sshd, serve_terminal):
    sshd = start_sshd(User(password="right", totp=SECRET), pam=True)
    server = serve_terminal(sshd, auth=ASKS)
    async with plain(server) as page:
        await page.expect("Password: $")
        await page.type("right\r")
        await page.expect("Verification code: $")
        await page.type(totp_code(SECRET) + "\r")
        await page.expect(re.escape(PROMPT))
        assert "right" not in page.shown


async def test_typed_ahead(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password="right")), auth=ASKS)
    async with plain(server) as page:
        await page.type("right\recho he''llo\r")
        await page.expect("hello\r\n")
        assert "right" not in page.shown


async def test_what_is_typed_ahead_trusts_no_key(start_sshd, serve_terminal, known_hosts):
    known_hosts.write_text("", encoding="ascii")
    server = serve_terminal(start_sshd(), known_hosts={"policy": "ask", "files": [str(known_hosts)]})
    server.allow("paramiko")
    async with plain(server) as page:
        await page.type("yes\ryes\r")
        await page.expect("(?i)yes.*: $")
        await page.type("no\r")
        assert await page.close_code() == 4410
    assert known_hosts.read_text(encoding="ascii") == ""


async def test_an_unknown_host_key(start_sshd, serve_terminal, known_hosts):
    sshd = start_sshd()
    known_hosts.write_text("", encoding="ascii")
    server = serve_terminal(sshd, known_hosts={"policy": "ask", "files": [str(known_hosts)]})
    server.allow("paramiko")
    for answer, accepted in (("no", False), ("yes", True), (sshd.host_keys[0].fingerprint, True)):
        async with plain(server) as page:
            await page.expect(re.escape(sshd.host_keys[0].fingerprint))
            await page.expect("(?i)yes.*: $")
            await page.type("perhaps\r")
            await page.expect("(?i)yes.*: $")
            await page.type(answer + "\r")
            if accepted:
                await page.expect(re.escape(PROMPT))
            else:
                await page.expect(RED)
                assert await page.close_code() == 4410
        known_hosts.write_text("", encoding="ascii")


async def test_a_changed_host_key(start_sshd, serve_terminal, known_hosts, tmp_path):
    sshd = start_sshd()
    old = Key(tmp_path / "old")
    known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {old.public}\n", encoding="ascii")
    server = serve_terminal(sshd, known_hosts={"policy": "ask", "files": [str(known_hosts)]})
    server.allow("paramiko")
    async with plain(server) as page:
        await page.expect(RED)
        assert await page.close_code() == 4410
        assert sshd.host_keys[0].fingerprint in page.shown


# --- What a page of this kind cannot say.


async def test_output_has_a_bound(start_sshd, serve_terminal):
    """It cannot tell that it is behind: no more comes than a slow page takes."""
    server = serve_terminal(start_sshd(user={"command": "yes"}), flow={"plain_rate": "1 MiB/s"})
    async with plain(server) as page:
        start = time.monotonic()
        shown = 0
        while shown < 3 << 20:
            shown += len(await page.socket.recv())
        # A second's worth may come at once.
        assert 1.5 < time.monotonic() - start < 10 * FACTOR


async def test_input_has_a_bound(start_sshd, serve_terminal):
    """It cannot be told to wait either."""
    sshd = start_sshd(user={"command": "stty raw -echo; echo ready; sleep 300"})
    server = serve_terminal(sshd)
    server.allow("paramiko")
    async with plain(server) as page:
        await page.expect("ready")
        before = server.resident_bytes()
        with contextlib.suppress(websockets.ConnectionClosed):
            for _ in range(1000):
                await page.type("x" * (32 << 10))
        assert await page.close_code() == 4429
        assert server.growth(before) < 8 << 20


@pytest.mark.parametrize("modes", [["plain"], ["ssh.v1"]])
async def test_a_route_may_have_one_mode(start_sshd, serve_terminal, modes):
    server = serve_terminal(start_sshd(), modes=modes)
    if "plain" in modes:
        async with plain(server, subprotocols=["other"]) as page:
            await page.expect(re.escape(PROMPT))
    else:
        client = server.raw()
        response = client.ask("/paramiko", also=[("Origin", "http://wharf.test")])
        assert response.status in (400, 403, 426) or client.close_status()[0] == 1008

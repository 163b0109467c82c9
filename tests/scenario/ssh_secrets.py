"""Nothing that is secret is ever written: not in a log at debug level, a file, a command line, nor left in memory."""

import re
import resource
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from harness.deadline import FACTOR, seconds
from harness.secrecy import never, places_in_memory
from harness.sshd import PROMPT, User, totp_code
from harness.terminal import PATH, plain, shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]

SECRET = "JBSWY3DPEHPK3PXP"
ASKS = {"methods": ["publickey", "keyboard-interactive", "password"]}
# Found nowhere unless somebody wrote what they were given.
PASSWORD = "tell-nobody-8c1f"
WRONG = "wrong-one-5e77"
PASSPHRASE = "open-sesame-31ab"
TYPED = "keystrokes-9d02"
SHOWN = "shown-77aa41"


def lines_of(key) -> list:
    """Each line of a private key is one."""
    return [line for line in key.private.splitlines() if not line.startswith("-----") and len(line) > 30]


async def use(page, typed=TYPED):
    await page.expect(re.escape(PROMPT))
    # No history, and no echo that would be output.
    await page.type(f"stty -echo\r: {typed}\recho shown-77''aa41\r")
    await page.expect(SHOWN)


async def test_passwords_and_keystrokes(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD)), auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        await page.question()
        await page.authenticate("password", password=WRONG)
        await page.question()
        await page.authenticate("password", password=PASSWORD)
        await page.ready()
        await use(page)
        token = page.token
    never(server, PASSWORD, WRONG, TYPED, SHOWN, token)


async def test_in_plain_mode(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD)), auth=ASKS)
    server.allow("paramiko")
    async with plain(server) as page:
        for answer in (WRONG, PASSWORD):
            await page.expect("(?i)password: $")
            await page.type(answer + "\r")
        await use(page)
    never(server, PASSWORD, WRONG, TYPED, SHOWN)


async def test_keys_and_passphrases(start_sshd, serve_terminal, make_key):
    keys = [make_key(kind, passphrase=PASSPHRASE) for kind in ("ed25519", "ecdsa", "rsa")]
    server = serve_terminal(start_sshd(User(keys=keys[:2])), auth={**ASKS, "max_attempts": 10})
    server.allow("paramiko")
    for key in keys:
        async with terminal(server) as page:
            await page.connect()
            for passphrase in (WRONG, PASSPHRASE):
                await page.question()
                await page.authenticate("publickey", key=key.private, passphrase=passphrase)
            await page.message("ready", "authreq", "error")
    never(server, PASSPHRASE, WRONG, *(line for key in keys for line in lines_of(key)))


async def test_answers(start_sshd, serve_terminal):
    server = serve_terminal(
        start_sshd(User(password=PASSWORD, totp=SECRET), pam=True), auth={**ASKS, "max_attempts": 10}
    )
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        code = totp_code(SECRET)
        for answer in (WRONG, code, PASSWORD, code):
            await page.prompts()
            await page.authenticate("kbd", answers=[answer])
        await page.ready()
    never(server, PASSWORD, WRONG, SECRET)
    # Six digits may stand anywhere; a word of their own they are not.
    assert not re.search(rf"\b{code}\b", server.log())


async def test_messages_that_are_refused(start_sshd, serve_terminal, make_key):
    """What a bad message holds may be a secret in the wrong place."""
    key = make_key()
    server = serve_terminal(start_sshd(User(password=PASSWORD)), auth=ASKS)
    server.allow("paramiko")
    bad = [
        f'{{"t":"auth","method":"password","password":"{PASSWORD}"',
        f'{{"t":"auth","method":"{PASSWORD}"}}',
        f'{{"t":"auth","method":"password","passwort":"{PASSWORD}"}}',
        f'{{"t":"auth","method":"password","password":["{PASSWORD}"]}}',
        f'{{"t":"auth","method":"password","password":"{PASSWORD * 200}"}}',
        f'{{"t":"auth","method":"publickey","key":{{"{PASSWORD}":1}}}}',
        f'"{PASSWORD}"',
        f"{PASSWORD}",
        f'{{"t":"hostkey","accept":"{PASSWORD}"}}',
    ]
    for text in bad:
        async with terminal(server) as page:
            await page.connect()
            await page.question()
            await page.socket.send(text)
            await page.close_code()
            assert PASSWORD not in page.close_reason
            assert PASSWORD not in str(page.messages)
    async with terminal(server) as page:
        await page.connect(user=PASSWORD * 100)
        await page.close_code()
    never(server, PASSWORD, *lines_of(key))


async def test_a_name_that_is_a_password(start_sshd, serve_terminal):
    """It happens to everybody: typed into the wrong field. A name that was never accepted need not be in a log."""
    sshd = start_sshd(User(password="right"))
    target = {"host": "127.0.0.1", "port": sshd.port}
    server = serve_terminal(sshd, target=target, auth=ASKS, audit={"events": []})
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect(user=PASSWORD)
        await page.question()
        await page.authenticate("password", password=WRONG)
        await page.question()
    never(server, WRONG)


async def test_the_query(start_sshd, serve_terminal):
    """No credential has a place in a URL. One that is put there all the same is of no use, and not logged."""
    server = serve_terminal(start_sshd(User(password=PASSWORD)), auth=ASKS)
    server.allow("paramiko")
    async with plain(server, f"{PATH}?password={PASSWORD}&user=ada") as page:
        await page.expect("(?i)password: $")
    never(server, PASSWORD)


@pytest.mark.parametrize("where", ["text", "env", "file"])
async def test_secrets_of_the_route(start_sshd, serve_terminal, tmp_path, monkeypatch, where):
    sshd = start_sshd(User(password=PASSWORD))
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    monkeypatch.setenv("PASSWORD_OF_ADA", "other" if where != "env" else PASSWORD)
    known = {
        "text": {"password": PASSWORD},
        "env": {"password_env": "PASSWORD_OF_ADA"},
        "file": {"password_file": str(tmp_path / "password")},
    }[where]
    server = serve_terminal(sshd, auth={"methods": ["password"], **known})
    server.allow("paramiko|password")
    async with shell(server) as page:
        await use(page)
    assert PASSWORD not in server.log()
    assert PASSWORD not in " ".join(psutil.Process(server.process.pid).cmdline())


async def test_tokens(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    server.allow("paramiko")
    async with shell(server) as page:
        old = page.token
        page.drop()
        await page.close_code()
    async with terminal(server) as back:
        await back.resume(page)
        new = back.token
        await back.say("close")
        await back.close_code()
    never(server, old, new)


def can_look_into(pid: int):
    if FACTOR > 1:
        pytest.skip("a sanitizer maps more memory than can be looked at")
    try:
        assert places_in_memory(pid, b"127.0.0.1"), "this can be seen"
    except PermissionError:
        pytest.skip("the memory of another process is none of this user's business here")


async def test_they_are_wiped_after_use(start_sshd, serve_terminal, make_key):
    """What is not in memory any more is in no core dump, and in nobody else's answer."""
    key = make_key(passphrase=PASSPHRASE)
    sshd = start_sshd(User(password=PASSWORD, keys=(key,)))
    server = serve_terminal(sshd, auth=ASKS, settings={"workers": 1})
    server.allow("paramiko")
    pid = server.process.pid
    can_look_into(pid)
    async with terminal(server) as by_password, terminal(server) as by_key:
        await by_password.connect()
        await by_password.question()
        await by_password.authenticate("password", password=PASSWORD)
        await by_password.ready()
        await by_key.connect()
        await by_key.question()
        await by_key.authenticate("publickey", key=key.private, passphrase=PASSPHRASE)
        await by_key.ready()
        for page in (by_password, by_key):
            await page.expect(re.escape(PROMPT))
            await page.type("seq 2000\r")
            await page.expect("2000\r\n")
        secrets = (PASSWORD, PASSPHRASE, *lines_of(key))
        assert not places_in_memory(pid, *(secret.encode() for secret in secrets))


async def test_keystrokes_are_wiped(start_sshd, serve_terminal):
    """A password for sudo is one of them. On most of these sockets they go from one worker to another."""
    server = serve_terminal(start_sshd(), settings={"workers": 3})
    pid = server.process.pid
    can_look_into(pid)
    async with shell(server) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("stty -echo\r")
        await page.expect(re.escape(PROMPT))
        page.drop()
        await page.close_code()
    for number in range(8):
        async with terminal(server) as back:
            await back.resume(page)
            # Whoever frees memory writes its own notes over the beginning.
            await back.type(f": {'x' * 100} {TYPED}\r")
            await back.type(f"echo shown{number}-77''aa41\r")
            await back.expect(f"shown{number}-77aa41")
            assert not places_in_memory(pid, TYPED.encode())
            back.drop()
            await back.close_code()
        page = back


async def test_a_crash(start_sshd, serve_terminal, tmp_path):
    """It leaves no core dump behind, in which keys, and what has not been wiped yet, would stand."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text(encoding="ascii").strip()
    if pattern.startswith(("|", "/")):
        pytest.skip("here core dumps are not written into the directory of a process")
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("here nobody may write core dumps")
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    crash(subprocess.Popen(["sleep", "60"], cwd=tmp_path))
    assert list(tmp_path.glob("core*")), "others leave one"
    server = serve_terminal(start_sshd())
    server.allow("paramiko")
    server.expected_exit = -signal.SIGABRT
    async with shell(server) as page:
        await use(page)
        crash(server.process)
    assert not list(server.directory.glob("core*"))


def crash(process):
    process.send_signal(signal.SIGABRT)
    assert process.wait(seconds(10)) == -signal.SIGABRT

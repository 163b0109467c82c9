"""Every way to log in that the SSH server and the plugin have in common, and what is said about the others."""

import re

import pytest

from harness.sshd import PROMPT, User, totp_code
from harness.terminal import shell, terminal

pytest_plugins = ["harness.ssh_fixtures"]

PASSWORD = "pä\"ss'w\\ord 密码"
SECRET = "JBSWY3DPEHPK3PXP"
PASSPHRASE = "säsam öffne dich"
ASKS = {"methods": ["publickey", "keyboard-interactive", "password"]}


async def works(page):
    await page.ready()
    await page.expect(re.escape(PROMPT))
    await page.type("echo he''re\r")
    await page.expect("here\r\n")


async def first_question(page, **fields) -> dict:
    await page.connect(**fields)
    return await page.question()


# --- Passwords.


async def test_a_password(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD)), auth=ASKS)
    async with terminal(server) as page:
        question = await first_question(page)
        assert "password" in question["methods"]
        assert question["user"] == "ada" and not question["partial"] and not question.get("reason")
        await page.authenticate("password", password=PASSWORD)
        await works(page)


async def test_a_wrong_password_first(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD)), auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        question = await first_question(page)
        await page.authenticate("password", password="wrong")
        again = await page.question()
        assert again["reason"] and again["left"] == question["left"] - 1
        await page.authenticate("password", password=PASSWORD)
        await works(page)


async def test_the_page_says_who(start_sshd, serve_terminal):
    sshd = start_sshd(User("ada", password="a"), User("bob", password="b"))
    server = serve_terminal(sshd, target={"host": "127.0.0.1", "port": sshd.port}, auth=ASKS)
    async with terminal(server) as page:
        assert (await first_question(page, user="bob"))["user"] == "bob"
        assert "user" in page.hello["needs"]
        await page.authenticate("password", password="b")
        await works(page)
        await page.type("who''ami\r")
        await page.expect("bob\r\n")


@pytest.mark.parametrize("how", ["env", "file", "text"])
async def test_the_route_knows_the_password(start_sshd, serve_terminal, tmp_path, monkeypatch, how):
    sshd = start_sshd(User(password=PASSWORD))
    monkeypatch.setenv("PASSWORD_OF_ADA", PASSWORD)
    (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    known = {
        "env": {"password_env": "PASSWORD_OF_ADA"},
        "file": {"password_file": str(tmp_path / "password")},
        "text": {"password": PASSWORD},
    }[how]
    server = serve_terminal(sshd, auth={"methods": ["password"], "prompt": False, **known})
    server.allow("secret|password")  # one that stands in the file may be worth a warning
    async with terminal(server) as page:
        await page.connect()
        await works(page)


async def test_the_route_is_wrong_and_may_not_ask(start_sshd, serve_terminal):
    sshd = start_sshd(User(password=PASSWORD))
    server = serve_terminal(sshd, auth={"methods": ["password"], "prompt": False, "password": "wrong"})
    server.allow("paramiko|password")
    async with terminal(server) as page:
        await page.connect()
        await page.fails("E_AUTH")


# --- Questions of the server.


async def answer_rounds(page, *answers: str):
    for answer in answers:
        (prompt,) = await page.prompts()
        assert prompt["text"].strip() and prompt["echo"] is False
        await page.authenticate("kbd", answers=[answer])


async def test_one_round(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD), pam=True), auth=ASKS)
    async with terminal(server) as page:
        await page.connect()
        await answer_rounds(page, PASSWORD)
        await works(page)


async def test_two_rounds(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD, totp=SECRET), pam=True), auth=ASKS)
    async with terminal(server) as page:
        await page.connect()
        await answer_rounds(page, PASSWORD, totp_code(SECRET))
        await works(page)


async def test_a_wrong_code_first(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD, totp=SECRET), pam=True), auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        await answer_rounds(page, PASSWORD, "000000", PASSWORD, totp_code(SECRET))
        await works(page)


@pytest.mark.parametrize("answers", [[], ["a", "b"], [PASSWORD] * 16])
async def test_the_wrong_number_of_answers(start_sshd, serve_terminal, answers):
    """It is no login, and nobody waits for ever."""
    server = serve_terminal(start_sshd(User(password=PASSWORD), pam=True), auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        await page.prompts()
        await page.authenticate("kbd", answers=answers)
        assert (await page.message("authreq", "error"))["t"] in ("authreq", "error")


async def test_a_visitor_who_leaves_between_two_rounds(start_sshd, serve_terminal):
    sshd = start_sshd(User(password=PASSWORD, totp=SECRET), pam=True)
    server = serve_terminal(sshd, auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        await answer_rounds(page, PASSWORD)
        await page.prompts()
    sshd.wait_for_log("(Connection (closed|reset)|Disconnected)")


# --- Keys.


@pytest.mark.parametrize(
    "kind, form", [("ed25519", None), ("ecdsa", None), ("ecdsa", "PEM"), ("ecdsa", "PKCS8")], ids=str
)
@pytest.mark.parametrize("passphrase", ["", PASSPHRASE], ids=["plain", "encrypted"])
async def test_a_key(start_sshd, serve_terminal, make_key, kind, form, passphrase):
    key = make_key(kind, passphrase, form)
    server = serve_terminal(start_sshd(User(keys=(key,))), auth=ASKS)
    async with terminal(server) as page:
        assert "publickey" in (await first_question(page))["methods"]
        also = {"passphrase": passphrase} if passphrase else {}
        await page.authenticate("publickey", key=key.private, **also)
        if form == "PKCS8" and passphrase:
            # How long it takes to open one has no bound.
            assert "convert it" in (await page.question())["reason"]
        else:
            await works(page)


async def test_a_passphrase_that_is_missing_and_then_wrong(start_sshd, serve_terminal, make_key):
    """The file is at fault, not the account: it is said, and can be put right."""
    key = make_key(passphrase=PASSPHRASE)
    server = serve_terminal(start_sshd(User(keys=(key,))), auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        await first_question(page)
        await page.authenticate("publickey", key=key.private)
        assert "passphrase" in (await page.question())["reason"]
        await page.authenticate("publickey", key=key.private, passphrase="wrong")
        assert "passphrase" in (await page.question())["reason"]
        await page.authenticate("publickey", key=key.private, passphrase=PASSPHRASE)
        await works(page)


async def test_a_key_that_is_not_allowed(start_sshd, serve_terminal, make_key):
    server = serve_terminal(start_sshd(User(keys=(make_key(),))), auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        await first_question(page)
        await page.authenticate("publickey", key=make_key().private)
        assert (await page.question())["reason"]


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
async def test_what_is_no_key(start_sshd, serve_terminal, text):
    server = serve_terminal(start_sshd(), auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        await first_question(page)
        await page.authenticate("publickey", key=text)
        answer = await page.message("authreq", "error")
        assert answer.get("reason") or answer.get("msg"), answer


async def test_the_route_knows_an_encrypted_key(start_sshd, serve_terminal, make_key, tmp_path):
    key = make_key(passphrase=PASSPHRASE)
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    (tmp_path / "passphrase").chmod(0o600)
    auth = {"methods": ["publickey"], "key_file": str(key.file), "passphrase_file": str(tmp_path / "passphrase")}
    server = serve_terminal(start_sshd(User(keys=(key,))), auth={**auth, "prompt": False})
    async with terminal(server) as page:
        await page.connect()
        await works(page)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
async def test_a_certificate_is_not_taken(start_sshd, serve_terminal, make_key, kind):
    authority, key = make_key(), make_key(kind)
    certificate = key.certify(authority, "ada").read_text(encoding="ascii")
    server = serve_terminal(start_sshd(User(keys=(key,)), TrustedUserCAKeys=f"{authority.file}.pub"), auth=ASKS)
    async with terminal(server) as page:
        await first_question(page)
        await page.authenticate("publickey", key=key.private, cert=certificate)
        assert "certificate" in (await page.question())["reason"]
        await page.authenticate("publickey", key=key.private)
        await works(page)


def test_a_certificate_of_the_route_is_refused(start_sshd, serve_terminal, make_key):
    """And not ignored, which would be found out by whoever cannot log in."""
    authority, key = make_key(), make_key()
    auth = {"methods": ["publickey"], "key_file": str(key.file), "cert_file": str(key.certify(authority, "ada"))}
    with pytest.raises(AssertionError, match=r"routes\.yaml:\d+:\d+: .*leave it out, and use the key alone"):
        serve_terminal(start_sshd(), auth=auth)


# --- An agent beside the server.


@pytest.mark.parametrize("kinds", [["ed25519", "ed25519"], ["rsa", "ecdsa"]], ids=str)
async def test_an_agent(start_sshd, serve_terminal, start_agent, make_key, kinds):
    """Its second key is the right one."""
    keys = [make_key(kind) for kind in kinds]
    agent = start_agent(*keys)
    auth = {"methods": ["agent"], "agent_socket": str(agent.path), "prompt": False}
    server = serve_terminal(start_sshd(User(keys=(keys[1],))), auth=auth)
    server.allow("RSA")
    async with terminal(server) as page:
        await page.connect()
        await works(page)


async def test_an_agent_that_is_gone(start_sshd, serve_terminal, start_agent, key):
    agent = start_agent(key)
    auth = {"methods": ["agent"], "agent_socket": str(agent.path), "prompt": False}
    server = serve_terminal(start_sshd(), auth=auth)
    server.allow("paramiko")
    agent.stop()
    async with terminal(server) as page:
        await page.connect()
        assert "agent" in (await page.fails("E_AUTH"))["msg"]


# --- More than one thing.


async def test_a_key_and_then_two_rounds(start_sshd, serve_terminal, make_key):
    key = make_key()
    user = User(password=PASSWORD, keys=(key,), totp=SECRET, methods="publickey,keyboard-interactive")
    server = serve_terminal(start_sshd(user, pam=True), auth=ASKS)
    async with terminal(server) as page:
        question = await first_question(page)
        assert question["methods"] == ["publickey"]
        await page.authenticate("publickey", key=key.private)
        question = await page.question()
        assert question["partial"] is True and not question.get("reason")
        if not question["prompts"]:
            await page.authenticate("kbd", answers=[])
            question = await page.question()
        (prompt,) = question["prompts"]
        assert "Password" in prompt["text"]
        await page.authenticate("kbd", answers=[PASSWORD])
        await answer_rounds(page, totp_code(SECRET))
        await works(page)


async def test_a_method_that_was_not_offered(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD)), auth={"methods": ["password"]})
    server.allow("paramiko")
    async with terminal(server) as page:
        assert (await first_question(page))["methods"] == ["password"]
        await page.authenticate("kbd", answers=[PASSWORD])
        assert (await page.message("authreq", "error"))["t"] in ("authreq", "error")


async def test_no_method_in_common(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(PasswordAuthentication="no"), auth={"methods": ["password"]})
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        await page.fails("E_AUTH")


# --- What surrounds it.


async def test_what_ready_tells(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    async with terminal(server) as page:
        await page.connect()
        ready = await page.ready()
        # libssh2 1.10 keeps what an SSH server says before the login to itself; this is its name.
        assert ready["banner"].startswith("SSH-2.0-OpenSSH")
        assert ready["off"] == 0 and ready["ro"] is False
        assert "ed25519" in ready["hostkey"] and "aes" in ready["cipher"] and ready["kex"]


async def test_the_environment(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd())
    async with shell(server, term="vt100", cols=133, rows=44, env={"LC_TEST": "here", "LD_PRELOAD": "/x"}) as page:
        await page.expect(re.escape(PROMPT))
        await page.type("echo $TERM-$LC_TEST-$LD_PRELOAD; stty size\r")
        await page.expect("vt100-here-\r\n44 133\r\n")


async def test_the_server_loses_patience(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(User(password=PASSWORD), LoginGraceTime=1), auth=ASKS)
    server.allow("paramiko")
    async with terminal(server) as page:
        await first_question(page)
        await page.fails("E_LOST")


async def test_nobody_answers_a_question(start_sshd, serve_terminal):
    sshd = start_sshd(User(password=PASSWORD))
    server = serve_terminal(sshd, auth=ASKS, timeouts={"auth": "1 s"})
    server.allow("paramiko")
    async with terminal(server) as page:
        await first_question(page)
        await page.fails("E_AUTH", "E_TIMEOUT")
        sshd.wait_for("sshd", 1)


async def test_no_cipher_in_common(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(Ciphers="chacha20-poly1305@openssh.com"))
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        assert re.search("cipher|algorithm", (await page.fails("E_REFUSED"))["msg"])


async def test_no_session_is_granted(start_sshd, serve_terminal):
    server = serve_terminal(start_sshd(MaxSessions=0))
    server.allow("paramiko")
    async with terminal(server) as page:
        await page.connect()
        await page.fails("E_REFUSED")

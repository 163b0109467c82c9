"""The sshd that other scenarios talk to, proven by OpenSSH's client and Python's: what fails there is not its fault."""

import hashlib
import os
import socket
import subprocess
import time
from pathlib import Path

import paramiko
import psutil
import pytest

from harness.deadline import seconds, wait_until
from harness.ssh_keys import hash_names, known_hosts_line
from harness.sshd import PROMPT, RAW_ECHO, User, totp_code, written

pytest_plugins = ["harness.ssh_fixtures"]

PASSWORD = "pä\"ss'w\\ord 密码"
SECRET = "JBSWY3DPEHPK3PXP"


def ssh(sshd, *command, key=None, user=None, known_hosts=None, options=()):
    """OpenSSH's client, with nothing of whoever runs the test."""
    file = sshd.directory / "known_hosts"
    file.write_text(sshd.known_hosts() if known_hosts is None else known_hosts, encoding="ascii")
    own = ["-F", "none", "-o", f"UserKnownHostsFile={file}", "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes"]
    # Of two values of an option, the first counts.
    own += [*options, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-p", str(sshd.port)]
    own += ["-i", str(key.file)] if key else []
    return subprocess.run(
        ["ssh", *own, "-l", (user or sshd.user).name, "127.0.0.1", *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds(20),
        check=False,
    )


@pytest.fixture
def connect(request):
    """connect(sshd): a transport with the key exchange behind it, and nobody logged in."""

    def begin(sshd) -> paramiko.Transport:
        transport = paramiko.Transport(socket.create_connection(("127.0.0.1", sshd.port), seconds(5)))
        request.addfinalizer(transport.close)
        transport.start_client(timeout=seconds(10))
        shown = transport.get_remote_server_key().get_base64()
        assert shown in [host_key.public.split()[1] for host_key in sshd.host_keys]
        return transport

    return begin


def log_in(transport, sshd, key):
    assert transport.auth_publickey(sshd.user.name, paramiko.Ed25519Key(filename=str(key.file))) == []


def shell(transport, sshd, key) -> paramiko.Channel:
    """With a terminal, and a deadline for each read."""
    log_in(transport, sshd, key)
    channel = transport.open_session()
    channel.settimeout(seconds(10))
    channel.get_pty()
    channel.invoke_shell()
    return channel


def output(transport, command="echo here") -> bytes:
    with transport.open_session() as channel:
        channel.settimeout(seconds(10))
        channel.exec_command(command)
        return channel.makefile("rb").read()


# --- Who may log in.


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key(start_sshd, make_key, kind):
    key = make_key(kind)
    sshd = start_sshd(User(keys=(key,)))
    assert ssh(sshd, "echo here", key=key).stdout == b"here\n"
    assert ssh(sshd, "echo here", key=make_key(kind)).returncode == 255


def test_one_of_several_keys(start_sshd, make_key):
    keys = tuple(make_key() for _ in range(3))
    sshd = start_sshd(User(keys=keys))
    for key in keys:
        assert ssh(sshd, "echo here", key=key).stdout == b"here\n"


def test_a_certificate(start_sshd, make_key):
    authority, key = make_key(), make_key("ecdsa")
    sshd = start_sshd(User(), TrustedUserCAKeys=f"{authority.file}.pub")
    assert ssh(sshd, "echo here", key=key).returncode == 255
    key.certify(authority, sshd.user.name)
    assert ssh(sshd, "echo here", key=key).stdout == b"here\n"


def test_an_agent(start_sshd, start_agent, make_key):
    keys = [make_key(), make_key()]
    agent = start_agent(*keys)
    sshd = start_sshd(User(keys=(keys[1],)))
    done = ssh(sshd, "echo here", options=["-o", "IdentitiesOnly=no", "-o", f"IdentityAgent={agent.path}"])
    assert done.stdout == b"here\n", done


def test_a_password(start_sshd, connect):
    sshd = start_sshd(User(password=PASSWORD))
    transport = connect(sshd)
    for wrong in ("", PASSWORD + " ", "x" * 1000):
        with pytest.raises(paramiko.AuthenticationException):
            transport.auth_password("ada", wrong)
    assert transport.auth_password("ada", PASSWORD) == []
    assert output(transport) == b"here\n"


def rounds(transport, answers: list) -> list:
    """Logs in by keyboard-interactive with an answer to each prompt; the prompts, round by round."""
    heard = []

    def answer(_title, _instructions, prompts):
        heard.append([text.strip() for text, _echo in prompts])
        return [answers.pop(0) for _ in prompts]

    transport.auth_interactive("ada", answer)
    return [prompts for prompts in heard if prompts]


def test_keyboard_interactive(start_sshd, connect):
    sshd = start_sshd(User(password=PASSWORD), pam=True)
    transport = connect(sshd)
    assert rounds(transport, [PASSWORD]) == [["Password:"]]
    assert output(transport) == b"here\n"


def test_two_rounds(start_sshd, connect):
    sshd = start_sshd(User(password=PASSWORD, totp=SECRET), pam=True)
    transport = connect(sshd)
    for answers in ([PASSWORD, "000000"], ["wrong", totp_code(SECRET)]):
        with pytest.raises(paramiko.AuthenticationException):
            rounds(transport, answers)
    assert rounds(transport, [PASSWORD, totp_code(SECRET)]) == [["Password:"], ["Verification code:"]]
    assert output(transport) == b"here\n"
    # The code may be used again.
    assert len(rounds(connect(sshd), [PASSWORD, totp_code(SECRET)])) == 2


def test_a_key_and_then_two_rounds(start_sshd, connect, key):
    user = User(password=PASSWORD, keys=(key,), totp=SECRET, methods="publickey,keyboard-interactive")
    sshd = start_sshd(user, pam=True)
    transport = connect(sshd)
    with pytest.raises(paramiko.BadAuthenticationType) as refusal:
        transport.auth_none("ada")
    assert refusal.value.allowed_types == ["publickey"]
    assert transport.auth_publickey("ada", paramiko.Ed25519Key(filename=str(key.file))) == ["keyboard-interactive"]
    assert len(rounds(transport, [PASSWORD, totp_code(SECRET)])) == 2
    assert output(transport) == b"here\n"


def test_several_users(start_sshd, connect, key):
    users = [User("ada", keys=(key,)), User("bob", password="b"), User("yes", keys=(key,), command="echo yes")]
    sshd = start_sshd(*users)
    assert ssh(sshd, "whoami; id -u; pwd; ls -a", key=key).stdout.split()[::2][0] == b"ada"
    assert ssh(sshd, "whoami", key=key, user=users[2]).stdout == b"yes\n"
    assert ssh(sshd, "whoami", key=key, user=users[1]).returncode == 255


# --- Whom it says to be.


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_host_keys(start_sshd, key, kind):
    sshd = start_sshd(host_keys=[kind])
    assert ssh(sshd, "echo here", key=key).stdout == b"here\n"


def test_a_host_key_that_changes(start_sshd, key):
    sshd = start_sshd(host_keys=["ed25519", "ecdsa"])
    old = sshd.known_hosts()
    sshd.stop()
    sshd.change_host_keys("ed25519")
    sshd.start()
    refusal = ssh(sshd, "echo here", key=key, known_hosts=old)
    assert refusal.returncode == 255 and b"HAS CHANGED" in refusal.stderr
    assert sshd.host_keys[0].fingerprint.encode() in refusal.stderr
    assert ssh(sshd, "echo here", key=key).stdout == b"here\n"


def test_lines_of_known_hosts(start_sshd, key, make_key):
    sshd = start_sshd()
    line = sshd.known_hosts()
    refused = {
        "revoked": sshd.known_hosts(marker="@revoked") + line,
        "another host": sshd.known_hosts(host="127.0.0.2"),
        "another key": known_hosts_line(make_key(), sshd.port),
    }
    for name, known in refused.items():
        assert ssh(sshd, "true", key=key, known_hosts=known).returncode == 255, name
    hashed = sshd.directory / "hashed"
    hashed.write_text(line, encoding="ascii")
    hash_names(hashed)
    assert "127.0.0.1" not in hashed.read_text(encoding="ascii")
    assert ssh(sshd, "true", key=key, known_hosts=hashed.read_text(encoding="ascii")).returncode == 0


# --- What runs.


def test_a_shell(start_sshd, key):
    sshd = start_sshd()
    shell = subprocess.Popen(
        ["ssh", "-tt", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        + ["-o", "LogLevel=ERROR", "-i", str(key.file), "-p", str(sshd.port), "-l", sshd.user.name, "127.0.0.1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    out, _ = shell.communicate(b"stty size; pwd\nexit 3\n", timeout=seconds(20))
    assert shell.returncode == 3, out
    assert PROMPT.encode() in out, out


def test_forced_commands(start_sshd, key):
    forced = {"cat": "cat", "seven": "exit 7", "term": "kill -TERM $$"}
    sshd = start_sshd(*(User(name, keys=(key,), command=command) for name, command in forced.items()))
    users = {user.name: user for user in sshd.users}
    assert ssh(sshd, key=key, user=users["seven"]).returncode == 7
    assert ssh(sshd, key=key, user=users["term"]).returncode == 255
    assert ssh(sshd, key=key, user=users["cat"]).stdout == b""


def test_every_byte_through_a_terminal(start_sshd, connect, key):
    sshd = start_sshd(user={"command": RAW_ECHO})
    channel = shell(connect(sshd), sshd, key)
    assert channel.recv(5) == b"ready"
    content = bytes(range(256)) * 64
    channel.sendall(content)
    heard = b""
    while len(heard) < len(content):
        heard += channel.recv(1 << 16)
    assert heard == content


def test_what_blocks_writes_no_more(start_sshd, connect, key):
    sshd = start_sshd(user={"command": "yes"})
    channel = shell(connect(sshd), sshd, key)
    (process,) = sshd.wait_for("yes")
    wait_until(lambda: written(process) > 100000, "it writes")

    def blocked():
        before = written(process)
        time.sleep(0.3)  # the pace of the observer
        return written(process) == before

    wait_until(blocked, "it blocks, since nobody reads")
    before, read = written(process), 0
    while read < 8 << 20:
        read += len(channel.recv(1 << 16))
    wait_until(lambda: written(process) > before, "it goes on")


def test_sftp(start_sshd, connect, key):
    sshd = start_sshd()
    transport = connect(sshd)
    log_in(transport, sshd, key)
    content = os.urandom(1 << 20)
    with paramiko.SFTPClient.from_transport(transport) as sftp:
        with sftp.open(f"{sshd.home_root / sshd.user.name}/file", "wb") as file:
            file.write(content)
    assert (sshd.home() / "file").read_bytes() == content


def test_a_second_one_behind_it(start_sshd, key):
    gate, inner = start_sshd(), start_sshd(host_keys=["ecdsa"])
    known = gate.directory / "both"
    known.write_text(gate.known_hosts() + inner.known_hosts(), encoding="ascii")
    own = f"-F none -o UserKnownHostsFile={known} -o BatchMode=yes -i {key.file}"
    proxy = f"ssh {own} -p {gate.port} -l {gate.user.name} -W %h:%p 127.0.0.1"
    options = ["-o", f"ProxyCommand={proxy}"]
    done = ssh(inner, "echo here", key=key, options=options)
    assert done.stdout == b"here\n", done


# --- What it can be told.


def test_a_banner(start_sshd, key):
    sshd = start_sshd(banner="Mind the gap: é\n")
    assert "Mind the gap: é" in ssh(sshd, "true", key=key).stderr.decode()


def test_little_time_to_log_in(start_sshd, connect):
    sshd = start_sshd(LoginGraceTime=1)
    transport = connect(sshd)
    wait_until(lambda: not transport.is_active(), "it hangs up")


def test_ciphers(start_sshd, key):
    sshd = start_sshd(Ciphers="chacha20-poly1305@openssh.com")
    assert ssh(sshd, "true", key=key).returncode == 0
    assert b"no matching cipher" in ssh(sshd, "true", key=key, options=["-c", "aes128-ctr"]).stderr


def test_one_session_per_connection(start_sshd, connect, key):
    sshd = start_sshd(MaxSessions=1)
    transport = connect(sshd)
    log_in(transport, sshd, key)
    transport.open_session()
    with pytest.raises(paramiko.ChannelException):
        transport.open_session()


# --- Its end, and what is left of it.


def state_of_the_machine() -> list:
    files = [Path("/etc") / name for name in ("passwd", "group", "shadow", "pam.d/sshd", "pam.d/other")]
    logs = [Path("/var/log") / name for name in ("wtmp", "btmp", "lastlog", "auth.log")]
    readable = [file for file in files + logs if os.access(file, os.R_OK)]
    hashes = [(file, hashlib.sha256(file.read_bytes()).hexdigest()) for file in readable]
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    return [*hashes, mounts, os.path.exists("/run/sshd"), sorted(os.listdir("/home"))]


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_nothing_of_the_machine_changes_and_nothing_is_left(start_sshd, key):
    before = state_of_the_machine()
    sshd = start_sshd()
    # It outlives its session.
    script = "echo here; (trap '' HUP; setsid sleep 300) > /dev/null 2>&1 &"
    assert ssh(sshd, script, key=key).stdout == b"here\n"
    sshd.wait_for("sleep")
    everything = [*sshd.tree(), psutil.Process(sshd.process.pid)]
    sshd.stop()
    wait_until(lambda: not any(alive(process) for process in everything), "all have ended")
    assert state_of_the_machine() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sshd.port), 1)


def test_sessions_that_are_killed(start_sshd, connect, key):
    sshd = start_sshd(user={"command": "sleep 300"})
    transport = connect(sshd)
    shell(transport, sshd, key)
    sshd.wait_for("sleep")
    sshd.kill_sessions()
    wait_until(lambda: not transport.is_active(), "the connection ends")
    connect(sshd)


def test_it_freezes(start_sshd, connect):
    sshd = start_sshd()
    transport = connect(sshd)
    sshd.freeze()
    with socket.create_connection(("127.0.0.1", sshd.port), 1) as silent:
        silent.settimeout(0.3)
        with pytest.raises(TimeoutError):
            silent.recv(1)
    sshd.thaw()
    connect(sshd)
    assert transport.is_active()

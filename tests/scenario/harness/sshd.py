"""An OpenSSH server of the test's own, with users that exist for it alone.

As root it runs in mount and process namespaces of its own: it sees other files in the place of /etc/passwd and its
like, nothing of the machine changes, and all that its sessions began ends with it. Without root it is a server for one
user, who runs it, and for public keys.
"""

import contextlib
import functools
import grp
import os
import pwd
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from .deadline import seconds, wait_until
from .port import free_port
from .ssh_keys import Key, known_hosts_line, run

BINARY = "/usr/sbin/sshd"
PROMPT = "bed$ "
FIRST_UID = 64100

# A command that gives back every byte, and says when it will.
RAW_ECHO = "stty raw -echo; printf ready; cat"

NAMESPACES = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
# In the namespaces; $1 is the directory of the server. Logins are written to /var/log by root.
PREPARATION = """
for name in passwd shadow group pam.d; do mount --bind "$1/etc/$name" "/etc/$name"; done
mount --bind "$1/home" /home
mount -t tmpfs none /var/log
mount -t tmpfs none /run
mkdir -m 755 /run/sshd
exec "$2" -D -f "$1/sshd_config" -E "$1/log"
"""

PAM = """\
auth required pam_unix.so
auth required pam_google_authenticator.so secret={directory}/totp/${{USER}} user=root no_increment_hotp nullok
account required pam_unix.so
session required pam_permit.so
"""

# Who has a home directory gets this as ~/.profile.
PROFILE = f"PS1='{PROMPT}'\nunset HISTFILE PROMPT_COMMAND\n"


class NotPossible(Exception):
    """What this machine, or this user on it, cannot have."""


class User(NamedTuple):
    name: str = "ada"
    password: str = None
    keys: tuple = ()  # those that may log in
    command: str = None  # ForceCommand
    methods: str = None  # AuthenticationMethods
    totp: str = None  # base32; asked for after the password
    settings: dict = {}  # more of sshd_config for this user


def totp_code(secret: str) -> str:
    """What is valid now. The same one may be used again."""
    return run("oathtool", "--totp", "-b", secret).strip()


@functools.lru_cache(maxsize=None)
def namespaces_work() -> bool:
    return os.getuid() == 0 and subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False).returncode == 0


def terminals_are_of_tty() -> bool:
    """Then sshd has nothing to change about them."""
    with contextlib.ExitStack() as ends:
        for end in os.openpty():
            ends.callback(os.close, end)
        return os.fstat(end).st_gid == grp.getgrnam("tty").gr_gid


class Sshd:
    def __init__(
        self, directory: Path, *users: User, port=None, host_keys=("ed25519",), pam=False, banner="", **settings
    ):
        """`pam`: keyboard-interactive, by PAM. `settings`: keywords of sshd_config, a list for one that repeats."""
        self.directory = directory
        self.users = list(users) or [User()]
        self.port = port or free_port()
        self.process = None
        self.log_file = directory / "log"
        self._private = namespaces_work()
        self._pam = pam
        self._check()
        self.home_root = Path("/home") if self._private else directory / "home"
        self.settings = {**self._defaults(), **settings}
        if banner:
            (directory / "banner").write_text(banner, encoding="utf-8")
            self.settings["Banner"] = directory / "banner"
        self.change_host_keys(*host_keys)
        self._make_users()
        self.start()

    def _check(self):
        if not os.access(BINARY, os.X_OK):
            raise NotPossible(f"there is no {BINARY}: install openssh-server")
        if self._private:
            return
        if os.getuid() == 0:
            raise NotPossible("root may not make namespaces here, and sshd would change the machine without them")
        if len(self.users) > 1 or self._pam or any(user.password or user.totp for user in self.users):
            raise NotPossible("only root can have a sshd with users and passwords of its own")
        if not terminals_are_of_tty():
            raise NotPossible("only root can give terminals to the group tty, which devpts (without gid=) does not")
        self.users = [self.users[0]._replace(name=pwd.getpwuid(os.getuid()).pw_name)]

    def _defaults(self) -> dict:
        defaults = {
            "Port": self.port,
            "ListenAddress": "127.0.0.1",
            "PidFile": "none",
            "AuthorizedKeysFile": f"{self.home_root}/%u/.ssh/authorized_keys",
            "StrictModes": "no",
            "UsePAM": "yes" if self._pam else "no",
            "PasswordAuthentication": "no" if self._pam else "yes",
            "KbdInteractiveAuthentication": "yes" if self._pam else "no",
            "MaxStartups": "200:30:400",
            "MaxSessions": "100",
            "LogLevel": "VERBOSE",
            "PrintMotd": "no",
            "PrintLastLog": "no",
            "Subsystem": "sftp internal-sftp",
            "AcceptEnv": "LANG LC_* COLORTERM",
        }
        if not self._private:
            # Whoever has this in its environment is of a session here, whatever its parent.
            self._mark = {"SSHD_OF_TEST": str(self.directory)}
            own = {"HOME": self.home_root / self.users[0].name, **self._mark}
            defaults["SetEnv"] = " ".join(f"{name}={value}" for name, value in own.items())
        return defaults

    # --- Files, before it starts.

    def change_host_keys(self, *kinds: str):
        """New ones, for the next start."""
        for old in self.directory.glob("host_*"):
            old.unlink()
        self.host_keys = [Key(self.directory / f"host_{kind}", kind) for kind in kinds]
        self.settings["HostKey"] = [key.file for key in self.host_keys]

    def _make_users(self):
        home = self.directory / "home"
        home.mkdir()
        for index, user in enumerate(self.users):
            own = home / user.name
            (own / ".ssh").mkdir(parents=True)
            (own / ".profile").write_text(PROFILE, encoding="ascii")
            lines = "".join(f"{key.public}\n" for key in user.keys)
            (own / ".ssh" / "authorized_keys").write_text(lines, encoding="ascii")
            if self._private:
                for path in (own, *own.rglob("*")):
                    os.chown(path, FIRST_UID + index, FIRST_UID + index)
        if self._private:
            self._write_etc()

    def _write_etc(self):
        """The files that are seen in the place of the machine's. Passwords of the machine are not among them."""
        etc = self.directory / "etc"
        (etc / "pam.d").mkdir(parents=True)
        (self.directory / "totp").mkdir()
        passwd = [Path("/etc/passwd").read_text(encoding="utf-8")]
        group = [Path("/etc/group").read_text(encoding="utf-8")]
        shadow = ["root:*:19000:0:99999:7:::\n"]
        for index, user in enumerate(self.users):
            uid = FIRST_UID + index
            passwd.append(f"{user.name}:x:{uid}:{uid}::/home/{user.name}:/bin/sh\n")
            group.append(f"{user.name}:x:{uid}:\n")
            secret = "*" if user.password is None else run("openssl", "passwd", "-6", "-stdin", input=user.password)
            shadow.append(f"{user.name}:{secret.strip()}:19000:0:99999:7:::\n")
            if user.totp is not None:
                file = self.directory / "totp" / user.name
                file.write_text(f'{user.totp}\n" TOTP_AUTH\n', encoding="ascii")
                file.chmod(0o400)
        for name, lines in (("passwd", passwd), ("group", group), ("shadow", shadow)):
            (etc / name).write_text("".join(lines), encoding="utf-8")
        (etc / "shadow").chmod(0o600)
        (etc / "pam.d" / "sshd").write_text(PAM.format(directory=self.directory), encoding="ascii")
        (etc / "pam.d" / "other").write_text("auth required pam_deny.so\n", encoding="ascii")

    def _write_configuration(self):
        lines = []
        for keyword, value in self.settings.items():
            lines += [f"{keyword} {each}" for each in (value if isinstance(value, list) else [value])]
        for user in self.users:
            own = {"ForceCommand": user.command, "AuthenticationMethods": user.methods, **user.settings}
            lines.append(f"Match User {user.name}")
            lines += [f"  {name} {value}" for name, value in own.items() if value is not None]
        (self.directory / "sshd_config").write_text("\n".join(lines) + "\n", encoding="utf-8")

    # --- Its life.

    def start(self):
        """Starts it, or starts it again, on the same port."""
        assert self.process is None, "it runs already"
        self._write_configuration()
        before = self._listens()
        if self._private:
            command = [*NAMESPACES, "sh", "-ec", PREPARATION, "sh", str(self.directory), BINARY]
        else:
            command = [BINARY, "-D", "-f", str(self.directory / "sshd_config"), "-E", str(self.log_file)]
        # What is left of a test that was killed ends, too.
        command = ["setpriv", "--pdeathsig", "KILL", *command]
        with open(self.directory / "output", "ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        wait_until(lambda: self._listens() > before, "sshd listens")

    def _listens(self) -> int:
        if self.process is not None:
            output = (self.directory / "output").read_text(encoding="utf-8", errors="replace")
            assert self.process.poll() is None, f"sshd ended:\n{output}{self.log()}"
        return len(re.findall(r"^Server listening on ", self.log(), re.M))

    def stop(self):
        """Ends it at once, with its sessions and all that they began."""
        if self.process is None:
            return
        self.thaw()
        for process in self.tree():
            _signal(process, signal.SIGKILL)
        if not self._private:
            self.process.kill()
        try:
            self.process.wait(seconds(10))
        finally:
            self.process.kill()
            self.process.wait()
            self.process = None

    def kill_sessions(self):
        """kill -9 of every process but the one that listens."""
        for process in self.tree()[1:] if self._private else self.tree():
            _signal(process, signal.SIGKILL)

    def freeze(self):
        """It keeps its connections and says nothing, until `thaw`."""
        for process in [psutil.Process(self.process.pid), *self.tree()]:
            _signal(process, signal.SIGSTOP)

    def thaw(self):
        for process in [psutil.Process(self.process.pid), *self.tree()]:
            _signal(process, signal.SIGCONT)

    # --- What runs there.

    def tree(self) -> list:
        """All that descends from the process that was started."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        if not self._private:
            found += [process for process in psutil.process_iter() if process not in found and self._is_marked(process)]
        return found

    def _is_marked(self, process: psutil.Process) -> bool:
        try:
            return process.uids().real == os.getuid() and self._mark.items() <= process.environ().items()
        except psutil.Error:
            return False

    def running(self, name: str) -> list:
        """Processes of sessions with this name."""
        found = []
        for process in self.tree():
            try:
                if process.name() == name:
                    found.append(process)
            except psutil.NoSuchProcess:
                pass
        return found

    def wait_for(self, name: str, count: int = 1, within: float = 10) -> list:
        wait_until(lambda: len(self.running(name)) == count, f"{count} times {name}, not {self.running(name)}", within)
        return self.running(name)

    # --- What clients have to know.

    @property
    def user(self) -> User:
        """The first, or only one."""
        return self.users[0]

    def home(self, user: User = None) -> Path:
        """As seen from outside."""
        return self.directory / "home" / (user or self.user).name

    def known_hosts(self, host="127.0.0.1", marker="", port=None) -> str:
        """`port`: that of a proxy before it."""
        return "".join(known_hosts_line(key, port or self.port, host, marker) for key in self.host_keys)

    def log(self) -> str:
        if not self.log_file.exists():
            return ""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def wait_for_log(self, pattern: str, within: float = 10):
        return wait_until(lambda: re.search(pattern, self.log()), f"{pattern!r} in the log:\n{self.log()}", within)


def written(process: psutil.Process) -> int:
    """Bytes that a process has written so far: those of a blocked one do not grow."""
    return process.io_counters().write_chars


def blocked(process: psutil.Process, server) -> bool:
    """Its terminal is full: nobody on the way of its output does anything, or would if it had a processor."""
    way = [process, *(parent for parent in process.parents() if parent.name() == "sshd")]

    def state():
        return [(each.status(), written(each)) for each in way]

    before = state()
    time.sleep(0.3)  # the pace of the observer
    at_rest = all(status == psutil.STATUS_SLEEPING for status, _ in before)
    return at_rest and state() == before and not server.runnable()


def _signal(process: psutil.Process, number: int):
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        pass

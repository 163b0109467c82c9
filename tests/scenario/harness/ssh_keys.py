"""Keys as OpenSSH writes them, lines of known_hosts, and an agent that holds some."""

import os
import subprocess
from pathlib import Path

from .deadline import seconds, wait_until

BITS = {"rsa": ["-b", "2048"], "ecdsa": ["-b", "256"]}


def run(*command, **options) -> str:
    """What a tool of OpenSSH prints."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=seconds(20), check=False, **options
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stderr}"
    return done.stdout


class Key:
    def __init__(self, file: Path, kind="ed25519", passphrase="", form=None):
        """A new pair in `file`. `form`: PEM or PKCS8 instead of OpenSSH's own."""
        self.file = file
        self.kind = kind
        self.passphrase = passphrase
        form = ["-m", form] if form else []
        run("ssh-keygen", "-q", "-t", kind, *BITS.get(kind, []), *form, "-N", passphrase, "-C", file.name, "-f", file)

    @property
    def private(self) -> str:
        return self.file.read_text(encoding="ascii")

    @property
    def public(self) -> str:
        """Type and base64, without the comment."""
        return " ".join(self.file.with_name(self.file.name + ".pub").read_text(encoding="ascii").split()[:2])

    @property
    def fingerprint(self) -> str:
        """SHA256:…"""
        return run("ssh-keygen", "-l", "-E", "sha256", "-f", self.file).split()[1]

    def certify(self, authority: "Key", *principals: str) -> Path:
        """The file of a certificate for this key."""
        run("ssh-keygen", "-q", "-s", authority.file, "-I", self.file.name, "-n", ",".join(principals), self.file)
        return self.file.with_name(self.file.name + "-cert.pub")


def known_hosts_line(key: Key, port: int, host="127.0.0.1", marker="") -> str:
    """`marker`: @revoked or @cert-authority."""
    name = host if port == 22 else f"[{host}]:{port}"
    return " ".join(filter(None, [marker, name, key.public])) + "\n"


def hash_names(file: Path):
    """As HashKnownHosts would have written it."""
    run("ssh-keygen", "-H", "-f", file)
    file.with_name(file.name + ".old").unlink()


class Agent:
    def __init__(self, directory: Path, *keys: Key):
        """An ssh-agent with these keys, which have no passphrase."""
        self.path = directory / "agent"
        with open(directory / "agent.log", "wb") as log:
            self.process = subprocess.Popen(
                ["ssh-agent", "-D", "-a", str(self.path)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(self._answers, "the agent answers")
        for key in keys:
            self.add(key)

    @property
    def _environment(self) -> dict:
        return {**os.environ, "SSH_AUTH_SOCK": str(self.path)}

    def _answers(self) -> bool:
        # 2: nobody answers there. The name of the socket is there before anybody listens.
        asked = subprocess.run(["ssh-add", "-l"], env=self._environment, capture_output=True, timeout=seconds(20))
        return asked.returncode != 2

    def add(self, key: Key):
        run("ssh-add", "-q", key.file, env=self._environment)

    def stop(self):
        self.process.terminate()
        self.process.wait(seconds(10))

"""The sshd of the scenarios, for tests in another language, as bed.py says. With the argument `why-not` it says what
stands against an sshd with users of its own, or nothing.
"""

import shutil
import sys
from pathlib import Path

import bed

from harness.ssh_keys import Key
from harness.sshd import BINARY, Sshd, User, namespaces_work, totp_code, written


class Bed:
    def __init__(self, directory: Path, keys: dict, users: list, **options):
        """`keys`: options of each `Key`. `users`: those of each `User`, whose keys are names. `options`: of `Sshd`."""
        self._directory = directory
        self._keys = {name: Key(directory / name, **like) for name, like in keys.items()}
        own = [User(**{**user, "keys": tuple(self._keys[name] for name in user.get("keys", []))}) for user in users]
        (directory / "sshd").mkdir()
        self._sshd = Sshd(directory / "sshd", *own, **options)

    def facts(self) -> dict:
        return {
            "port": self._sshd.port,
            "fingerprints": [key.fingerprint for key in self._sshd.host_keys],
            "knownHosts": self._sshd.known_hosts(),
            "keys": {name: key.private for name, key in self._keys.items()},
            "homes": {user.name: str(self._sshd.home(user)) for user in self._sshd.users},
            "scratch": str(self._directory),
        }

    def code(self, secret: str) -> str:
        return totp_code(secret)

    def new_host_keys(self, *kinds: str) -> dict:
        """Starts it again as another host would look."""
        self._sshd.stop()
        self._sshd.change_host_keys(*kinds)
        self._sshd.start()
        return self.facts()

    def written(self, name: str) -> int:
        """Bytes by the one process of that name."""
        return written(self._sshd.wait_for(name)[0])

    def gone(self, name: str) -> None:
        self._sshd.wait_for(name, 0)

    def stop(self):
        self._sshd.stop()


def why_not() -> str:
    if not shutil.which(BINARY):
        return f"there is no {BINARY}: install openssh-server"
    return "" if namespaces_work() else "only root in namespaces of its own can have an sshd with users of its own"


if __name__ == "__main__":
    if sys.argv[1:] == ["why-not"]:
        print(why_not())
    else:
        bed.serve(Bed)

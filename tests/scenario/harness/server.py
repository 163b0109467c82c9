"""The server under test: the real binary with a routes.yaml of its own, in a process of its own."""

import os
import re
import selectors
import signal
import subprocess
import time
from pathlib import Path

import websockets
import yaml

from .deadline import FACTOR, seconds, wait_until
from .raw import RawClient

BINARY = os.environ["WHARF_BINARY"]
BUILD = Path(os.environ["WHARF_BUILD"])
PLUGIN_PATH = [str(BUILD / "plugins" / "message"), str(BUILD / "plugins" / "hello"), str(BUILD / "tests" / "consumers")]

READY = re.compile(r"^wharf \S+ serving (?P<url>\S+)$")
SANITIZER = re.compile(r"(Address|Thread|Leak|UndefinedBehavior)Sanitizer|runtime error:")
COMPLAINT = re.compile(r"^\S+ \S+ (warning|error|critical) ")


def configuration(**settings) -> dict:
    """A routes.yaml with what every scenario needs; keywords add keys or replace them."""
    return {"listen": "127.0.0.1:0", "workers": 2, "plugin_path": PLUGIN_PATH, "auth": ["anonymous"], **settings}


class Server:
    def __init__(self, directory: Path, config, under=()):
        """`config`: a dict, or the text of a routes.yaml. `under`: a command that runs the one it is given."""
        self.directory = directory
        self.command = [*under, BINARY, "serve", str(directory / "routes.yaml")]
        self.file = directory / "routes.yaml"
        self.rewrite(config)
        self.journal_file = directory / "journal"
        self.stderr_file = directory / "stderr"
        self.allowed = []
        self.clients = []
        self.expected_exit = 0
        self.urls = []
        listen = config.get("listen") if isinstance(config, dict) else None
        self._start(len(listen) if isinstance(listen, list) else 1)

    def _start(self, addresses: int):
        with open(self.stderr_file, "ab") as stderr:
            self.process = subprocess.Popen(
                self.command, stdout=subprocess.PIPE, stderr=stderr, cwd=self.directory
            )
        os.set_blocking(self.process.stdout.fileno(), False)
        output = b""
        end = time.monotonic() + seconds(20)
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while len(self.urls) < addresses:
                assert selector.select(max(0, end - time.monotonic())), f"not ready in time:\n{self.log()}"
                data = self.process.stdout.read()
                assert data, f"the server ended instead of serving:\n{output.decode()}{self.log()}"
                output += data
                ready = [READY.match(line) for line in output.decode().splitlines()]
                self.urls = [match["url"] for match in ready if match]

    def rewrite(self, config):
        """Another routes.yaml, which a server that runs takes up by itself."""
        text = config if isinstance(config, str) else yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
        self.file.write_text(text, encoding="utf-8")

    # --- Where it is.

    @property
    def address(self):
        """(host, port) of the first TCP address."""
        for url in self.urls:
            match = re.match(r"^https?://(\[.*\]|[^:/]*):(\d+)/$", url)
            if match:
                return match[1].strip("[]"), int(match[2])
        raise AssertionError(f"no TCP address among {self.urls}")

    def raw(self, address=None, source=None) -> RawClient:
        client = RawClient(address or self.address, source)
        self.clients.append(client)
        return client

    def open(self, path="/", **options) -> RawClient:
        """A raw client with the handshake behind it."""
        client = self.raw()
        client.upgrade(path, **options)
        return client

    def websocket(self, path="/", user=None, **options):
        """Debian's websockets client, without what it does by itself."""
        host, port = self.address
        headers = {} if user is None else {"X-Remote-User": user.encode().decode("latin-1")}
        defaults = {
            "compression": None,
            "ping_interval": None,
            "max_size": None,
            "max_queue": None,
            "open_timeout": seconds(10),
            "close_timeout": seconds(5),
            "extra_headers": headers,
        }
        scheme = "wss" if "ssl" in options else "ws"
        return websockets.connect(f"{scheme}://{host}:{port}{path}", **{**defaults, **options})

    # --- What it says.

    def log(self) -> str:
        return self.stderr_file.read_text(encoding="utf-8", errors="replace")

    def allow(self, pattern: str):
        """Complaints in the log that match are part of the scenario."""
        self.allowed.append(re.compile(pattern))

    def complaints(self) -> list:
        lines = [line for line in self.log().splitlines() if COMPLAINT.match(line)]
        return [line for line in lines if not any(pattern.search(line) for pattern in self.allowed)]

    def wait_for_log(self, pattern: str, within: float = 10):
        return wait_until(lambda: re.search(pattern, self.log()), f"{pattern!r} in the log:\n{self.log()}", within)

    def journal(self) -> list:
        """What the probe has written, line by line; a line that is being written is not there yet."""
        if not self.journal_file.exists():
            return []
        return self.journal_file.read_text(encoding="utf-8").split("\n")[:-1]

    # --- Its end.

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def proc(self) -> Path:
        return Path(f"/proc/{self.process.pid}")

    def descriptors(self) -> int:
        return len(list((self.proc / "fd").iterdir()))

    def threads(self) -> int:
        return len(list((self.proc / "task").iterdir()))

    def resident_bytes(self) -> int:
        status = (self.proc / "status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def growth(self, before: int) -> int:
        """Since `resident_bytes` was that. Builds with sanitizers keep what was freed: 0."""
        return self.resident_bytes() - before if FACTOR == 1 else 0

    def runnable(self) -> bool:
        """One of its threads runs, or waits for a processor."""
        states = [task.read_text(encoding="ascii").rpartition(")")[2].split()[0] for task in self.proc.glob("task/*/stat")]
        return "R" in states

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self, within: float = 15) -> int:
        try:
            return self.process.wait(seconds(within))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not end within {seconds(within)} s:\n{self.log()}") from None

    def stop(self):
        """Ends it, and asserts that it was well to the end."""
        # Clients that stay and say nothing would make it wait for their Close frames.
        for client in self.clients:
            client.close()
        if self.running:
            self.terminate()
        code = self.wait()
        log = self.log()
        assert not SANITIZER.search(log), log
        assert code == self.expected_exit, f"exit code {code}:\n{log}"
        assert not self.complaints(), "\n".join(self.complaints())

    def kill(self):
        if self.running:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

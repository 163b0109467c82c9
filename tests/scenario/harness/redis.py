"""A Redis of the test's own: the real server, on loopback, with its data in a directory that goes away."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import redis

from .deadline import seconds, wait_until
from .port import free_port

BINARY = "/usr/bin/redis-server"
CLIENT = "/usr/bin/redis-cli"


class Process:
    """A redis-server with a configuration of its own, as a data server or as a Sentinel."""

    def __init__(self, directory: Path, lines: list, *arguments, port=None):
        self.directory = directory
        self.port = port or free_port()
        self.arguments = arguments
        self.process = None
        self.file = directory / "redis.conf"
        own = [f"port {self.port}", "bind 127.0.0.1", f"dir {directory}", "protected-mode no"]
        self.file.write_text("\n".join([*own, *lines]) + "\n", encoding="utf-8")
        self.log_file = directory / "log"

    def start(self):
        """Starts it, or starts it again, empty, on the same port."""
        assert self.process is None, "it runs already"
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, str(self.file), *self.arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(self.answers, f"Redis answers:\n{self.log()}")

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=seconds(10))

    def answers(self) -> bool:
        assert self.process.poll() is None, f"Redis ended:\n{self.log()}"
        try:
            with self.client() as client:
                return client.ping()
        except redis.ConnectionError:  # it listens before it has loaded its data
            return False

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def _end(self, how):
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.send_signal(signal.SIGCONT)
        try:
            self.process.wait(seconds(10))
        finally:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self):
        self._end(signal.SIGTERM)

    def kill(self):
        self._end(signal.SIGKILL)

    def restart(self):
        self.stop()
        self.start()

    def freeze(self):
        """It keeps its connections and says nothing, until `thaw`."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)


class Redis(Process):
    def __init__(
        self, directory: Path, *, port=None, password=None, user=None, database=0, unix=False, replica_of=None
    ):
        """`user`: a name that has to be given with the password. `unix`: its URL is that of a unix socket."""
        lines = ['save ""', "appendonly no", "repl-diskless-sync-delay 0"]
        self.path = directory / "redis.sock" if unix else None
        if unix:
            lines.append(f"unixsocket {self.path}")
        if user is not None:
            lines += ["user default off", f"user {user} on >{password} ~* &* +@all"]
        elif password is not None:
            lines.append(f"requirepass {password}")
        if replica_of is not None:
            lines.append(f"replicaof 127.0.0.1 {replica_of.port}")
        super().__init__(directory, lines, port=port)
        self.user, self.password, self.database = user, password, database
        self.start()

    @property
    def url(self) -> str:
        secret = "" if self.password is None else f"{self.user or ''}:{self.password}@"
        if self.path is not None:
            return f"unix://{secret}{self.path}?db={self.database}"
        return f"redis://{secret}127.0.0.1:{self.port}/{self.database}"

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=seconds(10))

    def keys(self, pattern="*") -> list:
        with self.client() as client:
            return sorted(key.decode() for key in client.keys(pattern))

    def subscribers(self, channel: str) -> int:
        with self.client() as client:
            return client.pubsub_numsub(channel)[0][1]

    def clear(self):
        """Waits until nobody is subscribed to a group any more, and removes all keys."""
        with self.client() as client:
            wait_until(lambda: not client.pubsub_channels("*__group__*"), "those of the test before have left")
            client.flushall()

    def pause(self, milliseconds: int):
        """Commands of all clients wait that long for their answers."""
        with self.client() as client:
            client.client_pause(milliseconds)

    def set_memory(self, most: int):
        """0: no limit. Writing commands fail while more is in use."""
        with self.client() as client:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", most)

    @contextlib.contextmanager
    def monitor(self):
        """A function that returns what the server was told since, a line for each command."""
        secret = [] if self.password is None else ["--user", self.user or "default", "--pass", self.password]
        file = self.directory / "monitor"
        with open(file, "wb") as out:
            process = subprocess.Popen([CLIENT, "-p", str(self.port), *secret, "monitor"], stdout=out)

        def lines() -> list:
            return file.read_text(encoding="utf-8", errors="replace").splitlines()

        def told() -> list:
            mark = os.urandom(8).hex()
            with self.client() as client:
                client.echo(mark)
            wait_until(lambda: any(mark in line for line in lines()[-50:]), "the monitor shows all")
            return [line for line in lines()[1:] if '"ECHO"' not in line]

        try:
            wait_until(lambda: lines()[:1] == ["OK"], "the monitor runs")
            yield told
        finally:
            process.terminate()
            process.wait()


class Sentinel(Process):
    """Watches one master, and makes its replica the master when it is gone or when told to."""

    def __init__(self, directory: Path, master: Redis, name="wharf"):
        self.name = name
        super().__init__(
            directory,
            [
                f"sentinel monitor {name} 127.0.0.1 {master.port} 1",
                f"sentinel down-after-milliseconds {name} 500",
                f"sentinel failover-timeout {name} 3000",
            ],
            "--sentinel",
        )
        self.start()
        wait_until(self.can_fail_over, "the Sentinel knows a replica that is in step", within=20)

    def can_fail_over(self) -> bool:
        with self.client() as client:
            replicas = client.sentinel_slaves(self.name)
            return any(item["master-link-status"] == "ok" and not item["is_sdown"] for item in replicas)

    def master_port(self) -> int:
        with self.client() as client:
            return client.sentinel_get_master_addr_by_name(self.name)[1]

"""wetty: ssh(1) in a pseudo-terminal of Node.js, with acknowledgements."""

from harness.port import free_port

from .npm import NPM
from .peer import Peer, Terminals, listens
from .socket_io import SocketIoClient

ACK_EVERY = 256 << 10


class WettyClient(SocketIoClient):
    input_event = "input"

    def __init__(self, address):
        super().__init__(address, "/wetty")
        self._drawn = 0  # and not said so

    def _take(self, within):
        if self.acks and self._drawn >= ACK_EVERY:
            self._drawn -= ACK_EVERY
            self.emit("commit", ACK_EVERY)
        data = super()._take(within)
        self._drawn += len(data)
        return data


class Wetty(Peer):
    name = "wetty"
    what = "ssh(1) in a pseudo-terminal, Node.js, Socket.IO"

    def missing(self):
        return NPM.missing("wetty")

    def version(self):
        return NPM.version("wetty")

    def start(self, bed):
        address = ("127.0.0.1", free_port())
        command = [
            "node", str(NPM.entry("wetty")), "--host", address[0], "--port", str(address[1]), "--base", "/wetty",
            "--force-ssh", "--ssh-host", "127.0.0.1", "--ssh-port", str(bed.sshd.port),
            "--ssh-user", bed.sshd.user.name, "--ssh-auth", "publickey", "--ssh-key", str(bed.key.file),
            "--ssh-config", str(bed.ssh_config), "--known-hosts", str(bed.known_hosts), "--log-level", "error",
        ]  # fmt: skip
        started = Terminals(bed.room(), command, address, lambda server: WettyClient(server.address))
        started.wait(lambda: listens(address), "wetty listens")
        return started

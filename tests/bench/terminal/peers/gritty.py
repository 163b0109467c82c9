"""gritty: any command in a pseudo-terminal of Node.js."""

import shlex

from harness.port import free_port

from .npm import NPM
from .peer import Peer, Terminals, listens
from .socket_io import SocketIoClient


class GrittyClient(SocketIoClient):
    input_event = "data"

    def __init__(self, address):
        super().__init__(address, "", "/gritty")
        self.emit("terminal", {"cols": 80, "rows": 24, "autoRestart": False})


class Gritty(Peer):
    name = "gritty"
    what = "ssh(1) in a pseudo-terminal, Node.js, Socket.IO"

    def missing(self):
        return NPM.missing("gritty")

    def version(self):
        return NPM.version("gritty")

    def start(self, bed):
        address = ("127.0.0.1", free_port())
        command = ["node", str(NPM.entry("gritty")), "--port", str(address[1]), "--command", shlex.join(bed.ssh)]
        started = Terminals(
            bed.room(), command, address, lambda server: GrittyClient(server.address), {"IP": address[0]}
        )
        started.wait(lambda: listens(address), "gritty listens")
        return started

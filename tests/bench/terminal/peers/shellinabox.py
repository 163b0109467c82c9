"""Shell In A Box: any command in a pseudo-terminal, by requests over HTTP that wait for output."""

import http.client
import json
import select
import shlex
import urllib.parse

from client import Client
from harness.port import free_port
from packages import debian_version, not_in_debian

from .peer import Peer, Terminals, listens


class ShellInABoxClient(Client):
    """One request always waits for output, which is how its page acknowledges what it had before."""

    def __init__(self, address):
        super().__init__()
        self._root = f"http://{address[0]}:{address[1]}/"
        self._output = http.client.HTTPConnection(*address, timeout=60)
        self._input = http.client.HTTPConnection(*address, timeout=60)
        self._session = None
        self._ask()
        self._session = self._answer()["session"]
        self._ask()

    def fileno(self):
        return self._output.sock.fileno()

    def _post(self, connection, **fields):
        fields = {"width": 80, "height": 24, "rooturl": self._root, **fields}
        if self._session:
            fields["session"] = self._session
        body = urllib.parse.urlencode(fields)
        connection.request("POST", "/?", body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self):
        self._post(self._output)
        self._asked = True

    def _answer(self) -> dict:
        response = self._output.getresponse()
        body = response.read()
        assert response.status == 200, f"{response.status} {response.reason}"
        self._asked = False
        return json.loads(body)

    def _take(self, within):
        if not self._asked and self.acks:
            self._ask()
        if not select.select([self], [], [], within)[0] or not self._asked:
            return b""
        data = self._answer()["data"].encode()
        if self.acks:
            self._ask()
        return data

    def type(self, data):
        self._post(self._input, keys=bytes(data).hex())
        response = self._input.getresponse()
        response.read()
        assert response.status == 200, f"{response.status} {response.reason}"

    def close(self):
        self._output.close()
        self._input.close()


class ShellInABox(Peer):
    name = "Shell In A Box"
    what = "ssh(1) in a pseudo-terminal, requests over HTTP"
    share = 100

    def missing(self):
        return not_in_debian("shellinabox")

    def version(self):
        return debian_version("shellinabox")

    def start(self, bed):
        address = ("127.0.0.1", free_port())
        room = bed.room()
        service = f"/:root:root:{room}:{shlex.join(bed.ssh)}"
        command = ["shellinaboxd", "--disable-ssl", "--localhost-only", "--port", str(address[1]), "--quiet"]
        command += ["--user", "root", "--group", "root", "--disable-utmp-logging", "--service", service]
        started = Terminals(room, command, address, lambda server: ShellInABoxClient(server.address))
        started.wait(lambda: listens(address), "shellinaboxd listens")
        return started

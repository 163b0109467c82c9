"""ssh(1), on a pipe: what everything else is compared with."""

import os
import select
import subprocess

from client import Client


class SshClient(Client):
    def __init__(self, command: list):
        super().__init__()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._in, self._out = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._in, False)
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)
        self._waiting = bytearray()

    def fileno(self):
        return self._out

    def _take(self, within):
        self._flush()
        if not self._poll.poll(within * 1000 if not self._waiting else min(within * 1000, 1)):
            return b""
        data = os.read(self._out, 256 << 10)
        assert data, "ssh has ended"
        return data

    def type(self, data):
        self._waiting += data
        self._flush()

    def _flush(self):
        try:
            while self._waiting:
                del self._waiting[: os.write(self._in, self._waiting)]
        except BlockingIOError:
            pass

    @property
    def may_type(self):
        return not self._waiting

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

"""The raw client over TLS. That a stream was cut off, and not closed by TLS, is an error here."""

import socket
import ssl

from .certificates import NAME
from .deadline import seconds
from .raw import RawClient


class SecureClient(RawClient):
    def __init__(self, address, context: ssl.SSLContext, source=None, before=b""):
        """`before`: what goes in the clear before TLS begins, in one segment with its first record."""
        super().__init__(address, source)
        self.plain = self.socket
        try:
            if before:
                self.plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
                self.plain.sendall(before)
            self.socket = context.wrap_socket(self.plain, server_hostname=NAME, suppress_ragged_eofs=False)
        except BaseException:
            self.plain.close()
            raise

    def serial(self) -> int:
        return int(self.socket.getpeercert()["serialNumber"], 16)

    def abort(self):
        """Closes with a reset."""
        self.plain = socket.socket(fileno=self.socket.detach())
        self.socket = self.plain
        super().abort()

    def cut_off(self):
        """Ends its side without a word of TLS."""
        socket.socket.shutdown(self.socket, socket.SHUT_WR)  # that of SSLSocket would forget TLS

    def at_end(self, within: float = 5) -> str:
        """Asserts that nothing more comes, and that TLS says so."""
        assert not self.buffer, f"unexpected: {bytes(self.buffer[:200])!r}"
        self.socket.settimeout(seconds(within))
        data = self.socket.recv(1 << 16)
        assert data == b"", f"unexpected: {data[:200]!r}"
        return "eof"

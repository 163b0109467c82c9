"""Ports of loopback for servers that a scenario starts."""

import contextlib
import random
import socket


def free_port() -> int:
    """Below those that the kernel gives to outgoing connections, so that it is still free when a server comes back."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port

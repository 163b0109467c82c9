"""Ports of loopback for servers that a scenario starts."""

import contextlib
import random
import socket

_held = []  # as long as this process lives


def free_port() -> int:
    """Below those that the kernel gives to outgoing connections, so that it is still free when a server comes back.

    No other test gets it meanwhile: there is a name for each port, and one process at a time has it.
    """
    while True:
        port = random.randrange(20000, 32000)
        with contextlib.suppress(OSError):
            name = socket.socket(socket.AF_UNIX)
            name.bind(f"\0wharf test port {port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
            _held.append(name)
            return port

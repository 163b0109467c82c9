"""Ten thousand open connections: what they cost, and that each of them works."""

import resource

from harness import frame
from harness.deadline import FACTOR
from harness.server import configuration

WANTED = 10_000 if FACTOR == 1 else 1_000  # sanitizers multiply memory, and the question with it
KEPT = 200  # descriptors for everything else
MOST_BYTES = 3072  # of an idle connection


def affordable() -> int:
    """As many as the hard limit of descriptors allows, for this process and for the server alike."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard - KEPT)


def test_idle_connections(serve):
    count = affordable()
    # A consumer that keeps nothing, so that what is weighed is the server.
    server = serve(configuration(routes=[{"url": "^hello$", "consumer": "hello"}], limits={"ping": 0}))
    # One of each kind, so that what is allocated once is not counted.
    for _ in range(20):
        server.open("/hello").close()
    before = server.resident_bytes()
    clients = []
    for number in range(count):
        # Several addresses of this machine, so that no pair of addresses runs out of ports.
        client = server.raw(source=(f"127.0.0.{number % 8 + 2}", 0))
        client.upgrade("/hello")
        clients.append(client)
    idle = (server.resident_bytes() - before) / count
    for number, client in enumerate(clients):
        client.say(str(number))
    for number, client in enumerate(clients):
        assert client.text() == f"Hello, {number}!"
    used = (server.resident_bytes() - before) / count
    said = f"{count} connections: {idle:.0f} bytes each while idle, {used:.0f} after a message on each"
    print(said)
    if FACTOR == 1:
        assert idle < MOST_BYTES, said
    for client in clients:
        client.send(frame.close(1000))
    for client in clients:
        assert client.close_status()[0] == 1000
        client.close()

"""What a start says: addresses first, then the route table, in a few lines that a person reads."""

import re

from harness.message import message_configuration
from harness.probe import ECHO, probe_configuration


def test_the_first_line_is_the_address(serve):
    server = serve(message_configuration())
    assert re.match(r"^http://127\.0\.0\.1:\d+/$", server.urls[0])
    assert server.address[1] != 0


def test_many_workers(serve):
    server = serve(probe_configuration(workers=8))
    clients = [server.open(ECHO) for _ in range(40)]
    for client in clients:
        client.say("hi")
        assert client.text() == "hi"


def test_two_servers_beside_each_other(serve):
    one, two = serve(probe_configuration()), serve(probe_configuration())
    assert one.address != two.address
    member = one.open(ECHO)
    member.say("join g")
    member.text()
    stranger = two.open(ECHO)
    stranger.say("send g hello")
    stranger.nothing_before_pong()
    member.nothing_before_pong()

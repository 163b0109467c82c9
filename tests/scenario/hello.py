"""The plugin in C that the README shows."""

from harness import frame
from harness.server import configuration


def test_it_greets(serve):
    server = serve(configuration(routes=[{"url": "^hello/?$", "consumer": "hello"}]))
    client = server.open("/hello")
    for name in ("Ada", "", "你好"):
        client.say(name)
        assert client.text() == f"Hello, {name}!"
    client.say("no name is as long as this " * 1000)
    client.send(frame.binary(b"nor binary"))
    client.nothing_before_pong()

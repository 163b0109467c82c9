"""The plugin in C that the README shows."""

from harness import frame
from harness.server import configuration


def test_it_greets(serve):
    server = serve(configuration(routes=[{"url": "^hello/?$", "consumer": "hello"}]))
    client = server.open("/hello")
    for name in ("Ada", "", "你好", "x" * 100000):
        client.say(name)
        assert client.text() == f"Hello, {name}!"
    client.send(frame.binary(b"ignored"))
    client.nothing_before_pong()

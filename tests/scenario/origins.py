"""Which pages may connect: the Origin header that a browser sends, judged before the consumer hears of anything."""

import pytest
import websockets

from harness.probe import CONFIG, ECHO, probe_configuration

SAME = ["same-origin"]


def routes(**origins):
    """`/NAME/…`: the probe, with these origins."""
    return [
        {"url": f"^{name}/", "consumer": "probe", "config": CONFIG, **({"origins": allowed} if allowed else {})}
        for name, allowed in origins.items()
    ]


@pytest.fixture
def server(serve):
    listed = ["https://app.test", ".example.test"]
    all_routes = routes(probe=None, pages=SAME, listed=listed, programs=["programs"], any=["*"])
    return serve(probe_configuration(routes=all_routes))


def status(server, path, *origins, host=None):
    client = server.raw()
    also = [("Origin", origin) for origin in origins]
    if host:
        return client.ask(path, without=["Host"], also=[("Host", host), *also]).status
    return client.ask(path, also=also).status


@pytest.mark.parametrize(
    "path, origin, expected",
    [
        ("/probe/x", "http://wharf.test", 101),
        ("/probe/x", "https://wharf.test", 101),
        ("/probe/x", "http://wharf.test:8000", 403),
        ("/probe/x", "http://evil.test", 403),
        ("/probe/x", "null", 403),
        ("/probe/x", "file://", 403),
        ("/probe/x", "evil", 400),
        ("/listed/x", "https://app.test", 101),
        ("/listed/x", "http://app.test", 403),
        ("/listed/x", "http://a.example.test:81", 101),
        ("/listed/x", "http://wharf.test", 403),
        ("/programs/x", "http://wharf.test", 403),
        ("/any/x", "http://evil.test", 101),
        ("/any/x", "null", 101),
        ("/any/x", "evil", 400),
    ],
)
def test_pages(server, path, origin, expected):
    assert status(server, path, origin) == expected


def test_without_an_origin(server):
    taken = {"/probe/x": 101, "/pages/x": 403, "/listed/x": 403, "/programs/x": 101, "/any/x": 101}
    for path, expected in taken.items():
        assert status(server, path) == expected, path


def test_the_host_is_that_of_the_request(server):
    assert status(server, "/probe/x", "http://127.0.0.1:8000", host="127.0.0.1:8000") == 101
    assert status(server, "/probe/x", "http://127.0.0.1:8000", host="127.0.0.1:8001") == 403


def test_two_origins(server):
    assert status(server, "/any/x", "http://wharf.test", "http://wharf.test") == 400


def test_the_consumer_does_not_hear_of_it_and_the_operator_does(server):
    client = server.raw()
    response = client.ask("/probe/x", also=[("Origin", "http://evil.test/%1b")])
    assert response.status == 403
    assert response.body == b"Pages of this origin may not connect here.\n"
    client.at_end()
    server.wait_for_log(r"info 127\.0\.0\.1, origin http://evil\.test/%1b: 403 for route \^probe/: Pages of this")
    assert not [line for line in server.journal() if line.startswith("connect")]


async def test_a_library_client(server):
    host, port = server.address
    async with server.websocket(ECHO, origin=f"http://{host}:{port}") as client:
        await client.send("hi")
        assert await client.recv() == "hi"
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        async with server.websocket(ECHO, origin="http://evil.test"):
            pass
    assert refused.value.status_code == 403


def test_a_reload_takes_them_up(serve):
    def config(origins):
        return probe_configuration(routes=routes(probe=origins))

    server = serve(config(None))
    open_before = server.open(ECHO)
    assert status(server, "/probe/x", "http://evil.test") == 403
    server.rewrite(config(["http://evil.test"]))
    server.wait_for_log(r"taken up: ~ url \^probe/: origins; 1 connection")
    assert status(server, "/probe/x", "http://evil.test") == 101
    open_before.say("still here")
    assert open_before.text() == "still here"

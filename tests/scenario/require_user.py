"""A route that wants a user: 401 for whom nobody knows, 403 for whom it does not name, before the consumer is asked."""

import pytest
import websockets

from harness.message import as_user
from harness.probe import CONFIG, probe_configuration, scope


def route(name, **more):
    return {"url": f"^{name}/", "consumer": "probe", "config": CONFIG, **more}


ROUTES = [route("open"), route("users", require="user"), route("staff", require={"users": ["alice", "zoë"]})]


@pytest.fixture
def server(serve):
    return serve(probe_configuration(routes=ROUTES))


def status(server, path, **options):
    client = server.raw()
    response = client.ask(path, **options)
    if response.status != 101:
        client.at_end()
    return response.status


@pytest.mark.parametrize(
    "path, options, expected",
    [
        ("/open/x", {}, 101),
        ("/users/x", {}, 401),
        ("/users/x", as_user(""), 401),
        ("/users/x", as_user("bob"), 101),
        ("/staff/x", {}, 401),
        ("/staff/x", as_user("bob"), 403),
        ("/staff/x", as_user("alice"), 101),
        ("/staff/x", as_user("zoë"), 101),
    ],
)
def test_who_may_come(server, path, options, expected):
    assert status(server, path, **options) == expected


def test_the_consumer_hears_of_nobody_else(server):
    response = server.raw().ask("/users/x")
    assert response.status == 401
    assert response.first("www-authenticate")
    assert response.body == b"Log in first.\n"
    assert server.raw().ask("/staff/x", **as_user("bob")).body == b"This address is not for you.\n"
    server.wait_for_log(r"info 127\.0\.0\.1, nobody we know: 401 for route \^users/: Log in first\.")
    server.wait_for_log(r"info 127\.0\.0\.1, bob: 403 for route \^staff/: This address is not for you\.")
    assert not [line for line in server.journal() if line.startswith("connect")]
    client = server.open("/staff/x", **as_user("alice"))
    assert scope(client)["user"]["username"] == "alice"


async def test_a_library_client_sees_the_status(server):
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        async with server.websocket("/users/x"):
            pass
    assert refused.value.status_code == 401
    async with server.websocket("/users/x", user="bob") as client:
        await client.send("hi")
        assert await client.recv() == "hi"


def test_a_reload_changes_who_may_come_and_leaves_who_is_in(server):
    inside = server.open("/users/x", **as_user("bob"))
    changed = [route("open"), route("users", require={"users": ["alice"]}), ROUTES[2]]
    server.rewrite(probe_configuration(routes=changed))
    server.wait_for_log(r"taken up: ~ url \^users/: require; 1 connection")
    assert status(server, "/users/x", **as_user("bob")) == 403
    inside.say("still here")
    assert inside.text() == "still here"

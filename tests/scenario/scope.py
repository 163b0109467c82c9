"""What a consumer learns of the handshake."""

import pytest

from harness.message import as_user
from harness.probe import CONFIG, ECHO, probe_configuration, scope
from harness.server import configuration


@pytest.fixture
def server(serve):
    return serve(probe_configuration())


def scope_of(server, path=ECHO, **options) -> dict:
    return scope(server.open(path, **options))


def test_path_and_query(server):
    seen = scope_of(server, "/probe/echo/a/?room=%E4%BD%A0&x=1&x=2")
    assert seen["path"] == "/probe/echo/a/"
    assert seen["raw_path"] == "/probe/echo/a/"
    assert seen["query_string"] == "room=%E4%BD%A0&x=1&x=2"


def test_no_query_is_an_empty_one(server):
    assert scope_of(server)["query_string"] == ""
    assert scope_of(server, ECHO + "?")["query_string"] == ""


@pytest.mark.parametrize(
    "raw, decoded",
    [
        ("/probe/%E4%BD%A0%E5%A5%BD", "/probe/你好"),
        ("/%70robe/x%2Fy", "/probe/x/y"),
        ("/probe/%ff", "/probe/\ufffd"),
        ("/probe/%e4%bdx", "/probe/\ufffdx"),
        ("/probe/%zz%4", "/probe/%zz%4"),
        ("/probe/a+b", "/probe/a+b"),
    ],
)
def test_the_path_is_decoded_as_utf8(server, raw, decoded):
    seen = scope_of(server, raw)
    assert seen["path"] == decoded
    assert seen["raw_path"] == raw


def test_headers_in_order_with_lower_case_names_and_repeats(server):
    client = server.raw()
    client.upgrade(ECHO, also=[("X-Dup", "1"), ("Cookie", "a=1; b=2"), ("X-Dup", "2"), ("Origin", "http://wharf.test")])
    headers = [tuple(header) for header in scope(client)["headers"]]
    assert headers == [
        ("host", "wharf.test"),
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-key", client.key),
        ("sec-websocket-version", "13"),
        ("x-dup", "1"),
        ("cookie", "a=1; b=2"),
        ("x-dup", "2"),
        ("origin", "http://wharf.test"),
    ]


def test_white_space_around_header_values_is_no_part_of_them(server):
    client = server.raw()
    client.send(client.handshake(ECHO, also=[("X-Test", " \t a  b \t ")]))
    client.check_101(client.response())
    assert ["x-test", "a  b"] in scope(client)["headers"]


def test_a_hundred_headers(server):
    also = [(f"X-Header-{number}", str(number)) for number in range(100)]
    assert len(scope_of(server, also=also)["headers"]) == 105


def test_the_client_is_the_peer(server):
    client = server.open(ECHO)
    assert tuple(scope(client)["client"]) == client.socket.getsockname()


def test_the_subprotocol_is_the_chosen_one(server):
    assert scope_of(server, also=[("Sec-WebSocket-Protocol", "x, probe.v1")])["subprotocol"] == "probe.v1"
    assert scope_of(server, also=[("Sec-WebSocket-Protocol", "x")])["subprotocol"] == ""


def test_an_unencrypted_connection_says_so(server):
    seen = scope_of(server)
    assert (seen["secure"], seen["scheme"]) == (False, "ws")


# --- The user.


def test_a_trusted_proxy_names_the_user(server):
    user = scope_of(server, **as_user("zoë"))["user"]
    assert user == {"id": "zoë", "username": "zoë", "is_authenticated": True, "method": "header"}


@pytest.mark.parametrize("options", [{}, as_user("")])
def test_nobody_is_anonymous(server, options):
    user = scope_of(server, **options)["user"]
    assert user["is_authenticated"] is False
    assert user["username"] == ""
    assert user["method"] == "anonymous"


def test_a_stranger_names_nobody(serve):
    elsewhere = [{"header": {"name": "X-Remote-User", "trust": ["192.0.2.1"]}}, "anonymous"]
    server = serve(probe_configuration(auth=elsewhere))
    assert scope_of(server, **as_user("alice"))["user"]["is_authenticated"] is False


def test_the_header_is_found_whatever_its_case(server):
    assert scope_of(server, also=[("x-REMOTE-user", "alice")])["user"]["username"] == "alice"


# --- Routes.


def routed(serve, *routes):
    return serve(configuration(routes=[{**route, "consumer": "probe", "config": CONFIG} for route in routes]))


def test_captures_of_a_path_pattern(serve):
    server = routed(serve, {"path": "chat/<str:room>/<int:number>/<slug:s>/<path:rest>"})
    seen = scope_of(server, "/chat/%E4%BD%A0/007/a-b_c/x/y/")
    assert seen["captures"] == [["room", "你"], ["number", "7"], ["s", "a-b_c"], ["rest", "x/y/"]]


def test_captures_of_a_regular_expression(serve):
    server = routed(serve, {"url": r"^named/(?P<num>[0-9]+)/(x)?/?$"}, {"url": r"^plain/(a+)/(b+)$"})
    assert scope_of(server, "/named/7/")["captures"] == [["num", "7"]]
    assert [text for _, text in scope_of(server, "/plain/aa/b")["captures"]] == ["aa", "b"]


def test_the_first_match_wins(serve):
    server = routed(serve, {"url": "^a/"}, {"url": "^a/b"}, {"url": "b"})
    assert scope_of(server, "/a/b")["route"] == "^a/"
    assert scope_of(server, "///xby")["route"] == "b"


@pytest.mark.parametrize(
    "path, taken",
    [("/message", True), ("/message/", True), ("///message/", True), ("//message", True), ("/message?x=1", True),
     ("/message%2F", True), ("/%6dessage", True), ("/message//", False), ("/Message", False), ("/xmessage", False),
     ("/message/x", False), ("/message%0a", False), ("/", False)],
)
def test_the_route_of_the_original(serve, path, taken):
    server = routed(serve, {"url": "^message/?$"})
    assert server.raw().ask(path).status == (101 if taken else 404)

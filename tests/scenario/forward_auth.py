"""`auth: [{forward: …}]`: an HTTP server of the operator's says who a visitor is."""

import json
import ssl
import subprocess

import pytest
import websockets

from harness import secrecy
from harness.deadline import wait_until
from harness.endpoint import Endpoint, Reply, user
from harness.probe import CONFIG, ECHO, probe_configuration, scope

ANONYMOUS = {"id": "", "username": "", "is_authenticated": False, "method": "anonymous"}


@pytest.fixture
def start_endpoint():
    endpoints = []

    def start(**options) -> Endpoint:
        endpoints.append(Endpoint(**options))
        return endpoints[-1]

    yield start
    for endpoint in endpoints:
        endpoint.stop()


@pytest.fixture
def endpoint(start_endpoint):
    return start_endpoint()


def forward(endpoint, **settings) -> dict:
    """What `auth:` says of it. An answer is not remembered, unless a test asks for it."""
    return {"forward": {"url": endpoint.url, "remember": 0, "timeout": "20 s", **settings}}


def configuration(endpoint, *others, settings=None, **more) -> dict:
    routes = [
        {"url": "^probe/", "consumer": "probe", "config": CONFIG},
        {"url": "^users/", "consumer": "probe", "config": CONFIG, "require": "user"},
    ]
    return probe_configuration(auth=[forward(endpoint, **(settings or {})), *others], routes=routes, **more)


@pytest.fixture
def server(serve, endpoint):
    return serve(configuration(endpoint))


def page(cookie: str) -> list:
    """What a browser sends for a page of the site."""
    return [("Origin", "http://wharf.test"), ("Cookie", cookie)]


def user_of(server, path=ECHO, also=()) -> dict:
    return scope(server.open(path, also=also))["user"]


def status(server, path=ECHO, also=()) -> int:
    return server.raw().ask(path, also=also).status


# --- Who it is.


def test_a_header_names_the_user(endpoint, server):
    endpoint.answer = lambda request: user("zoë".encode().decode("latin-1"))
    assert user_of(server) == {"id": "zoë", "username": "zoë", "is_authenticated": True, "method": "forward"}
    assert user_of(server, "/users/x")["username"] == "zoë"


def test_headers_of_other_names(endpoint, serve):
    settings = {"username": {"header": "X-Name"}, "id": {"header": "x-id"}}
    server = serve(configuration(endpoint, settings=settings))
    endpoint.answer = lambda request: Reply(headers=[("x-name", "alice"), ("X-ID", "7")])
    assert user_of(server) == {"id": "7", "username": "alice", "is_authenticated": True, "method": "forward"}
    endpoint.answer = lambda request: Reply(204, [("x-name", "alice")])
    assert user_of(server) == {"id": "alice", "username": "alice", "is_authenticated": True, "method": "forward"}


@pytest.mark.parametrize(
    "username, number, body",
    [
        ("username", "id", {"username": "zoë", "id": 7}),
        ("/user/name", "/user/id", {"user": {"name": "zoë", "id": 7}}),
        ("/0/a~1b", "/1", [{"a/b": "zoë"}, "7"]),
    ],
)
def test_json_names_the_user(endpoint, serve, username, number, body):
    settings = {"username": {"json": username}, "id": {"json": number}}
    server = serve(configuration(endpoint, settings=settings))
    endpoint.answer = lambda request: Reply(body=json.dumps(body).encode())
    assert user_of(server) == {"id": "7", "username": "zoë", "is_authenticated": True, "method": "forward"}


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"username": ""}', b'{"username": null}', b"3"])
def test_json_without_a_user_is_nobody(endpoint, serve, body):
    server = serve(configuration(endpoint, settings={"username": {"json": "username"}}))
    endpoint.answer = lambda request: Reply(body=body)
    assert user_of(server) == ANONYMOUS


def test_nobody_is_anonymous(endpoint, server):
    assert user_of(server) == ANONYMOUS
    assert status(server, "/users/x") == 401


def test_the_next_method_is_asked_about_nobody(start_endpoint, serve):
    first, second = start_endpoint(), start_endpoint()
    header = {"header": {"name": "X-Remote-User", "trust": ["127.0.0.1"]}}
    server = serve(configuration(first, forward(second), header))
    assert user_of(server, also=[("X-Remote-User", "bob")])["username"] == "bob"
    second.answer = lambda request: user("alice")
    assert user_of(server, also=[("X-Remote-User", "bob")])["username"] == "alice"
    first.answer = lambda request: user("carol")
    assert user_of(server, also=[("X-Remote-User", "bob")])["username"] == "carol"
    assert (len(first.requests), len(second.requests)) == (3, 2)


def test_who_is_known_before_is_not_asked_about(endpoint, serve):
    header = {"header": {"name": "X-Remote-User", "trust": ["127.0.0.1"]}}
    server = serve(probe_configuration(auth=[header, forward(endpoint)]))
    assert user_of(server, also=[("X-Remote-User", "bob")])["username"] == "bob"
    assert endpoint.requests == []


async def test_a_library_client(endpoint, server):
    endpoint.answer = lambda request: user("alice") if request.headers.get("authorization") == "Bearer x" else Reply(401)
    async with server.websocket("/users/x", extra_headers={"Authorization": "Bearer x"}) as client:
        await client.send("hi")
        assert await client.recv() == "hi"
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        async with server.websocket(ECHO):
            pass
    assert refused.value.status_code == 401


def test_it_is_taken_up_by_a_reload(start_endpoint, serve):
    first, second = start_endpoint(), start_endpoint()
    first.answer = lambda request: user("alice")
    second.answer = lambda request: user("bob")
    server = serve(configuration(first))
    assert user_of(server)["username"] == "alice"
    server.rewrite(configuration(second))
    server.wait_for_log("taken up: ~ auth")
    assert user_of(server)["username"] == "bob"


# --- What it is told.


FORGED = [
    ("X-Forwarded-For", "10.0.0.1"),
    ("X-Forwarded-Uri", "/admin"),
    ("X-Forwarded-User", "root"),
    ("X-Remote-User", "root"),
    ("Proxy-Authorization", "Basic x"),
    ("Referer", "http://wharf.test/"),
]


def test_the_request(endpoint, server):
    own = [("Cookie", "a=b"), ("Authorization", "Bearer x"), ("User-Agent", "test/1"), ("Accept-Language", "de")]
    user_of(server, "/probe/echo?room=1&x", also=[*own, ("Origin", "http://wharf.test"), *FORGED])
    (request,) = endpoint.requests
    assert (request.method, request.path) == ("GET", "/who")
    assert request.headers == {
        "host": f"127.0.0.1:{endpoint.address[1]}",
        "accept": "*/*",
        "x-forwarded-method": "GET",
        "x-forwarded-proto": "http",
        "x-forwarded-host": "wharf.test",
        "x-forwarded-uri": "/probe/echo?room=1&x",
        "x-forwarded-for": "127.0.0.1",
        "cookie": "a=b",
        "authorization": "Bearer x",
        "user-agent": "test/1",
        "accept-language": "de",
        "origin": "http://wharf.test",
    }


def test_other_headers_and_another_method(endpoint, serve):
    server = serve(configuration(endpoint, settings={"headers": ["X-Session", "Referer"], "method": "POST"}))
    user_of(server, also=[("Cookie", "a=b"), ("X-Session", "s"), *FORGED])
    (request,) = endpoint.requests
    assert request.method == "POST"
    assert request.headers["content-length"] == "0"
    sent = {name for name in request.headers if not name.startswith("x-forwarded-")}
    assert sent == {"host", "accept", "content-length", "x-session", "referer"}


def test_a_unix_socket(start_endpoint, serve, tmp_path):
    endpoint = start_endpoint(address=str(tmp_path / "site.sock"))
    endpoint.answer = lambda request: user("alice")
    server = serve(configuration(endpoint, settings={"unix": endpoint.address}))
    assert user_of(server)["username"] == "alice"
    assert endpoint.requests[0].headers["host"] == "site.test"


def test_no_proxy_of_the_environment_is_asked(endpoint, serve, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    endpoint.answer = lambda request: user("alice")
    assert user_of(serve(configuration(endpoint)))["username"] == "alice"


def test_a_page_of_another_site_has_the_cookie_too(endpoint, serve):
    endpoint.answer = lambda request: user("alice")
    server = serve(configuration(endpoint))
    cookie = ("Cookie", "session=1")
    assert status(server, also=[cookie]) == 403
    assert status(server, also=[("Origin", "http://evil.test"), cookie]) == 403
    assert status(server, also=page("session=1")) == 101
    assert status(server) == 101, "no cookie went along"
    without = serve(configuration(endpoint, settings={"headers": "authorization"}))
    assert status(without, also=[cookie]) == 101, "nor here"


# --- Whom it refuses.


@pytest.mark.parametrize("code, why", [(401, "Log in first."), (403, "This address is not for you.")])
def test_a_refusal(endpoint, server, code, why):
    endpoint.answer = lambda request: Reply(code, [("X-Remote-User", "alice")])
    response = server.raw().ask(ECHO)
    assert response.status == code
    assert response.body.decode() == why + "\n"
    assert (response.first("www-authenticate") is not None) == (code == 401)
    server.wait_for_log(f"info 127.0.0.1, nobody we know: {code} for route .*: {why}")
    assert not [line for line in server.journal() if line.startswith("connect")]


# --- What is no answer.


def too_much(handler):
    handler.send_response_only(200)
    handler.send_header("X-Remote-User", "alice")
    handler.send_header("Content-Length", str(10_000_000))
    handler.end_headers()
    handler.wfile.write(b"x" * 10_000_000)


def garbage(handler):
    handler.wfile.write(b"\x00\x01 no HTTP \r\n\r\n" * 10)
    handler.close_connection = True


def nothing(handler):
    handler.close_connection = True


NO_ANSWERS = {
    "500": (Reply(500, [("X-Remote-User", "alice")]), "answered 500"),
    "404": (Reply(404), "answered 404"),
    "redirect": (Reply(302, [("Location", "/login"), ("X-Remote-User", "alice")]), "answered 302, and redirects are"),
    "large": (too_much, "answered with more than 64 KiB"),
    "garbage": (garbage, "cannot be asked: "),
    "nothing": (nothing, "cannot be asked: Server returned nothing"),
    "two names": (Reply(headers=[("X-Remote-User", "a"), ("X-Remote-User", "b")]), "several x-remote-user headers"),
    "control": (user("a\x01b"), "a name with a control character"),
    "bytes": (user("a\xff"), "a name that is no UTF-8"),
    "long": (user("a" * 2000), "a name of more than 1024 bytes"),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_no_answer_is_told_once_and_refused(endpoint, server, name):
    reply, why = NO_ANSWERS[name]
    server.allow(why)
    endpoint.answer = lambda request: reply
    for _ in range(3):
        response = server.raw().ask(ECHO)
        assert response.status == 503
        assert response.first("retry-after")
    server.wait_for_log(f"warning {endpoint.url} .*{why}.*: visitors are refused with 503 until that ends")
    assert server.log().count(why) == 1
    endpoint.answer = lambda request: user("alice")
    assert user_of(server)["username"] == "alice"
    server.wait_for_log(f"info {endpoint.url} answers again")


@pytest.mark.parametrize("body", [b"{", b'{"username": ["alice"]}', b'{"username": 1.5}', b'{"username": "\xff"}',
                                  b'{"username": "a\\u0000b"}', b"[" * 60_000])
def test_json_that_is_no_answer(endpoint, serve, body):
    server = serve(configuration(endpoint, settings={"username": {"json": "username"}}))
    server.allow("answered with")
    endpoint.answer = lambda request: Reply(body=body)
    assert status(server) == 503


def test_visitors_may_be_anonymous_instead(endpoint, serve):
    server = serve(configuration(endpoint, settings={"unavailable": "anonymous"}))
    server.allow("answered 500: visitors are anonymous until that ends")
    endpoint.answer = lambda request: Reply(500)
    assert user_of(server) == ANONYMOUS
    assert status(server, "/users/x") == 401
    server.wait_for_log("answered 500: visitors are anonymous until that ends")


def test_a_redirect_leads_nowhere(start_endpoint, serve):
    endpoint, elsewhere = start_endpoint(), start_endpoint()
    endpoint.answer = lambda request: Reply(307, [("Location", elsewhere.url)])
    server = serve(configuration(endpoint))
    server.allow("answered 307")
    assert status(server) == 503
    assert elsewhere.requests == []


# --- Down, and slow.


def test_down_and_back_again(endpoint, server):
    endpoint.answer = lambda request: user("alice")
    assert user_of(server)["username"] == "alice"
    server.allow("cannot be asked: Connection refused")
    endpoint.stop()
    for _ in range(3):
        assert status(server) == 503
    server.wait_for_log(f"warning {endpoint.url} cannot be asked: Connection refused: visitors are refused with 503")
    assert server.log().count("cannot be asked") == 1
    endpoint.start()
    assert user_of(server)["username"] == "alice"
    server.wait_for_log(f"info {endpoint.url} answers again")


def test_an_endpoint_that_hangs_keeps_nobody_else_waiting(endpoint, serve):
    server = serve(configuration(endpoint, settings={"timeout": "1 s", "connections": 2}, workers=1))
    server.allow("did not answer within 1 s")
    inside = server.open(ECHO)
    endpoint.hold()
    waiting = []
    for number in range(10):
        waiting.append(server.raw())
        waiting[-1].send(waiting[-1].handshake(also=page(f"session={number}"), path=ECHO))
    endpoint.wait_for_requests(3)
    inside.say("still here")
    assert inside.text() == "still here"
    assert [client.response().status for client in waiting] == [503] * 10
    inside.say("and here")
    assert inside.text() == "and here"
    server.wait_for_log(f"warning {endpoint.url} did not answer within 1 s: visitors are refused with 503")
    assert server.log().count("did not answer") == 1
    endpoint.release()
    wait_until(lambda: status(server) == 101, "it is asked again")


def test_an_endpoint_that_answers_byte_by_byte(endpoint, serve):
    server = serve(configuration(endpoint, settings={"timeout": "500 ms"}))
    server.allow("did not answer within 500 ms")
    endpoint.hold()

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while True:
                handler.wfile.write(b"X-Slow: 1\r\n")
                with endpoint.changed:
                    endpoint.changed.wait(0.05)
        except OSError:
            handler.close_connection = True

    endpoint.answer = lambda request: drip
    endpoint.release()
    assert status(server) == 503
    server.wait_for_log("did not answer within 500 ms")


def test_the_server_ends_while_it_hangs(endpoint, serve):
    server = serve(configuration(endpoint, settings={"timeout": "2 s"}))
    server.allow("did not answer within 2 s")
    endpoint.hold()
    client = server.raw()
    client.send(client.handshake(ECHO))
    endpoint.wait_for_requests(1)
    server.terminate()
    assert client.response().status == 503
    assert server.wait() == 0


# --- Many at once.


def test_connections_stay_open(endpoint, serve):
    endpoint.answer = lambda request: user("alice")
    server = serve(configuration(endpoint, settings={"connections": 1}))
    for number in range(20):
        assert user_of(server, also=page(f"session={number}"))["username"] == "alice"
    assert (len(endpoint.requests), len(endpoint.connections)) == (20, 1)


def test_a_refusal_keeps_the_connection_open_as_well(endpoint, serve):
    endpoint.answer = lambda request: Reply(401, [], b"Log in, please.")
    server = serve(configuration(endpoint, settings={"connections": 1}))
    assert [status(server) for _ in range(5)] == [401] * 5
    assert (len(endpoint.requests), len(endpoint.connections)) == (5, 1)


def test_a_storm_of_one_visitor_is_one_request(endpoint, serve):
    endpoint.answer = lambda request: user("alice")
    endpoint.hold()
    server = serve(configuration(endpoint, settings={"remember": "1 min"}))
    clients = [server.raw() for _ in range(200)]
    for client in clients:
        client.send(client.handshake(ECHO, also=page("session=1")))
    endpoint.wait_for_requests(1)
    endpoint.release()
    for client in clients:
        client.check_101(client.response(body=False))
    assert {scope(client)["user"]["username"] for client in clients} == {"alice"}
    assert len(endpoint.requests) == 1
    # Known for a minute, whatever becomes of the endpoint. Nobody else is.
    endpoint.stop()
    assert user_of(server, also=page("session=1"))["username"] == "alice"
    server.allow("cannot be asked")
    assert status(server, also=page("session=2")) == 503


def test_an_answer_is_for_what_was_sent(endpoint, serve):
    """Another address, other headers: another question."""
    endpoint.answer = lambda request: user(request.headers["x-forwarded-uri"])
    server = serve(configuration(endpoint, settings={"remember": "1 min"}))
    for path in ("/probe/a", "/probe/b", "/probe/a"):
        assert user_of(server, path)["username"] == path
    assert len(endpoint.requests) == 2


def test_so_many_requests_at_once_and_no_more(endpoint, serve):
    endpoint.answer = lambda request: user(request.headers["cookie"])
    endpoint.hold()
    server = serve(configuration(endpoint, settings={"connections": 3}))
    clients = [server.raw() for _ in range(30)]
    for number, client in enumerate(clients):
        client.send(client.handshake(ECHO, also=page(f"session={number}")))
    endpoint.wait_for_requests(3)
    endpoint.release()
    for number, client in enumerate(clients):
        client.check_101(client.response(body=False))
        assert scope(client)["user"]["username"] == f"session={number}"
    assert endpoint.most_under_way == 3
    assert (len(endpoint.requests), len(endpoint.connections)) == (30, 3)


# --- Secrets.


def test_no_secret_is_in_the_log(endpoint, serve):
    config = configuration(endpoint, settings={"timeout": "500 ms"}, log="debug")
    config["auth"][0]["forward"]["url"] += "?key=of-the-endpoint"
    server = serve(config)
    server.allow("answered 500|did not answer|cannot be asked|more than")
    secrets = ["cookie-of-alice", "token-of-alice"]

    def ask(page_number):
        # Who asks the same while it is being asked gets the same answer.
        also = [*page(f"session={secrets[0]}{page_number}"), ("Authorization", f"Bearer {secrets[1]}")]
        return status(server, also=also)

    for reply in (user("alice"), Reply(401), Reply(500), too_much, garbage, nothing):
        endpoint.answer = lambda request, reply=reply: reply
        ask(1)
    endpoint.hold()
    assert ask(2) == 503
    endpoint.stop()
    assert ask(3) == 503
    server.wait_for_log("Connection refused")
    secrecy.never(server, "of-the-endpoint", *secrets)


# --- TLS.


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A directory with ca.pem, and site.pem with site.key, which it has signed for 127.0.0.1."""
    directory = tmp_path_factory.mktemp("authority")
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    ca, site = directory / "ca", directory / "site"
    run(*new, "-subj", "/CN=An authority", "-keyout", f"{ca}.key", "-out", f"{ca}.pem")
    extensions = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]
    signed = ["-CA", f"{ca}.pem", "-CAkey", f"{ca}.key"]
    run(*new, "-subj", "/CN=The site", *extensions, *signed, "-keyout", f"{site}.key", "-out", f"{site}.pem")
    return directory


@pytest.fixture
def secure(start_endpoint, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "site.pem", authority / "site.key")
    endpoint = start_endpoint(tls=context)
    endpoint.answer = lambda request: user("alice")
    return endpoint


def test_https(secure, serve, authority):
    server = serve(configuration(secure, settings={"ca": str(authority / "ca.pem"), "connections": 1}))
    for _ in range(3):
        assert user_of(server)["username"] == "alice"
    assert len(secure.connections) == 1


def test_https_of_somebody_unknown(secure, serve):
    server = serve(configuration(secure))
    server.allow("cannot be asked: SSL certificate problem")
    assert status(server) == 503
    server.wait_for_log("cannot be asked: SSL certificate problem: .*: visitors are refused with 503")
    assert secure.requests == []


def test_https_of_another_name(secure, serve, authority):
    config = configuration(secure, settings={"ca": str(authority / "ca.pem")})
    config["auth"][0]["forward"]["url"] = secure.url.replace("127.0.0.1", "localhost")
    server = serve(config)
    server.allow("cannot be asked: SSL: no alternative certificate subject name matches")
    assert status(server) == 503
    assert secure.requests == []

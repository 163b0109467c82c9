"""The opening handshake: what is accepted and how, and what is refused with which status (RFC 6455 section 4,
RFC 9112)."""

import pytest

from harness.probe import probe_configuration


@pytest.fixture
def server(serve):
    return serve(probe_configuration())


PATH = "/probe/echo"


# --- Accepted.


def test_the_answer_is_101_with_the_four_headers(server):
    response = server.raw().upgrade(PATH)
    names = [name for name, _ in response.fields]
    assert sorted(names) == sorted(set(names)), "a header is repeated"
    assert {"upgrade", "connection", "sec-websocket-accept"} <= set(names)
    assert "sec-websocket-protocol" not in names
    assert "sec-websocket-extensions" not in names


def test_the_sample_key_of_the_rfc(server):
    client = server.raw()
    client.key = "dGhlIHNhbXBsZSBub25jZQ=="
    assert client.upgrade(PATH).first("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    "headers",
    [
        {"upgrade": "WebSocket"},
        {"upgrade": "WEBSOCKET"},
        {"upgrade": "h2c, websocket"},
        {"connection": "upgrade"},
        {"connection": "keep-alive, Upgrade"},
        {"connection": "UPGRADE,close"},
    ],
)
def test_header_values_are_lists_without_case(server, headers):
    server.raw().upgrade(PATH, **headers)


def test_no_extension_is_negotiated(server):
    offers = [("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"), ("Sec-WebSocket-Extensions", "x-y")]
    response = server.raw().upgrade(PATH, also=offers)
    assert response.first("sec-websocket-extensions") is None


def test_header_values_may_have_bytes_above_ascii(server):
    server.raw().upgrade(PATH, also=[("X-Name", "zoë".encode()), ("X-Latin", b"\xe9\xff")])


def test_a_handshake_byte_by_byte(server):
    client = server.raw()
    client.dribble(client.handshake(PATH))
    client.check_101(client.response())
    client.say("hi")
    assert client.text() == "hi"


def test_absolute_form_names_the_same_path(server):
    server.raw().upgrade(f"http://wharf.test{PATH}?a=b")


# --- Subprotocols.


@pytest.mark.parametrize(
    "offered, chosen",
    [
        (["probe.v1"], "probe.v1"),
        (["probe.v2"], "probe.v2"),
        (["probe.v1, probe.v2"], "probe.v2"),  # the consumer's order of preference counts
        (["probe.v1", "probe.v2"], "probe.v2"),  # a repeated header is one list
        (["chat,probe.v1 ,  other"], "probe.v1"),
        (["chat"], None),  # none in common: accepted, and the client may leave
        (["PROBE.V1"], None),  # names are case-sensitive
        (["chat" * 100, "x" * 200], None),
        ([""], None),
    ],
)
def test_subprotocol(server, offered, chosen):
    response = server.raw().upgrade(PATH, also=[("Sec-WebSocket-Protocol", value) for value in offered])
    assert response.all("sec-websocket-protocol") == ([] if chosen is None else [chosen])


def test_a_consumer_without_subprotocols_chooses_none(serve):
    server = serve(probe_configuration(routes=[{"url": "^message$", "consumer": "message"}]))
    response = server.raw().upgrade("/message", also=[("Sec-WebSocket-Protocol", "chat")])
    assert response.first("sec-websocket-protocol") is None


async def test_a_library_client_gets_its_subprotocol(server):
    async with server.websocket(PATH, subprotocols=["x", "probe.v1"]) as client:
        assert client.subprotocol == "probe.v1"
        await client.send("hi")
        assert await client.recv() == "hi"


# --- Refused.


def refused(server, status, path=PATH, **options):
    client = server.raw()
    response = client.ask(path, **options)
    assert response.status == status, response
    client.at_end()
    return response


@pytest.mark.parametrize(
    "key",
    [
        "",
        "short",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ==x",
        "dGhlIHNhbXBsZSBub25jZQ==dGhl",
        "dGhlIHNhbXBsZSBub25j!Q==",
        "dGhlIHNhbXBsZSBub25jZQQQ",
        "dGhlIHNhbXBsZSBub25jZR==",  # bits that belong to no byte
    ],
)
def test_a_key_that_is_not_16_bytes_in_base64(server, key):
    refused(server, 400, sec_websocket_key=key)


def test_no_key(server):
    refused(server, 400, without=["Sec-WebSocket-Key"])


def test_two_keys(server):
    refused(server, 400, also=[("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])


@pytest.mark.parametrize("version", ["8", "0", "14", "12, 13", "013", ""])
def test_another_version_is_told_which_one_is_spoken(server, version):
    response = refused(server, 426, sec_websocket_version=version)
    assert response.all("sec-websocket-version") == ["13"]


def test_no_version(server):
    assert refused(server, 426, without=["Sec-WebSocket-Version"]).first("sec-websocket-version") == "13"


def test_the_connection_header_must_ask_for_the_upgrade(server):
    refused(server, 400, without=["Connection"])
    refused(server, 400, connection="keep-alive")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_a_handshake_is_a_get(server, method):
    assert "GET" in refused(server, 405, method=method).first("allow")


def test_one_host(server):
    refused(server, 400, without=["Host"])
    refused(server, 400, also=[("Host", "other.test")])


def test_http_1_0_knows_no_upgrade(server):
    refused(server, 400, version="HTTP/1.0")


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/0.9", "HTTP/1.11", "HTCPCP/1.0", "http/1.1"])
def test_other_versions_of_http(server, version):
    client = server.raw()
    assert client.ask(PATH, version=version).status in (400, 505)
    client.at_end()


def test_no_route(server):
    refused(server, 404, "/nowhere")
    refused(server, 404, "/")


def test_a_plain_request_to_a_route_is_told_to_upgrade(server):
    client = server.raw()
    response = client.get(PATH)
    assert response.status == 426
    assert response.first("upgrade").lower() == "websocket"
    client.at_end()


@pytest.mark.parametrize("byte", [0x00, 0x01, 0x08, 0x0B, 0x0C, 0x0D, 0x1B, 0x1F, 0x7F])
def test_control_bytes_in_header_values(server, byte):
    refused(server, 400, also=[("X-Test", b"a" + bytes([byte]) + b"b")])


def test_a_tab_in_a_header_value_is_white_space(server):
    server.raw().upgrade(PATH, also=[("X-Test", b"a\tb")])


@pytest.mark.parametrize("fold", [b"\r\n b", b"\r\n\tb"])
def test_folded_headers(server, fold):
    refused(server, 400, also=[("X-Test", b"a" + fold)])


@pytest.mark.parametrize("name", ["X Test", "X-Test ", "", "X\x01Test", "Größe", "X(Test)", "X,Test"])
def test_header_names_that_are_not_tokens(server, name):
    refused(server, 400, also=[(name, "a")])


def test_a_bare_line_feed_does_not_end_a_header(server):
    client = server.raw()
    client.send(client.handshake(PATH).replace(b"\r\nUpgrade", b"\nUpgrade"))
    assert client.response().status == 400


@pytest.mark.parametrize("target", ["probe/echo", "*", "", "/probe/echo#top", "/probe/\x01", "wharf.test:80"])
def test_targets_that_are_no_path(server, target):
    refused(server, 400, target)


@pytest.mark.parametrize("headers", [[("Content-Length", "5")], [("Transfer-Encoding", "chunked")]])
def test_a_handshake_has_no_body(server, headers):
    client = server.raw()
    client.send(client.handshake(PATH, also=headers) + b"hello")
    assert client.response().status in (400, 413)


@pytest.mark.parametrize("length", ["-1", "x", "99999999999999999999", "0, 5"])
def test_content_lengths_that_are_none(server, length):
    client = server.raw()
    assert client.ask(PATH, also=[("Content-Length", length)]).status in (400, 413)


def test_a_refusal_explains_itself_and_closes(server):
    response = refused(server, 404, "/nowhere")
    assert response.first("connection").lower() == "close"
    assert response.first("content-type").startswith("text/plain")
    assert response.first("x-content-type-options") == "nosniff"
    assert response.body.decode().strip()

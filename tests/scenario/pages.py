"""Pages: files of the mounted directories, and nothing else."""

import pytest

from harness.probe import ECHO, probe_configuration


@pytest.fixture
def directory(tmp_path):
    pages = tmp_path / "pages"
    (pages / "sub").mkdir(parents=True)
    (pages / "index.html").write_text("<h1>index</h1>")
    (pages / "app.js").write_text("export {};")
    (pages / "style.css").write_text("p {}")
    (pages / "one.cast").write_text('{"version": 2}\n')
    (pages / "big.txt").write_text("x" * (3 << 20))
    (pages / "sub" / "page.html").write_text("sub")
    (tmp_path / "secret.txt").write_text("secret")
    return pages


@pytest.fixture
def server(serve, directory):
    return serve(probe_configuration(static={"/": str(directory)}))


def get(server, path, **options):
    client = server.raw()
    return client.get(path, **options)


def test_the_index(server):
    response = get(server, "/")
    assert response.status == 200
    assert response.body == b"<h1>index</h1>"
    assert response.first("content-type").startswith("text/html")


@pytest.mark.parametrize(
    "path, kind, body",
    [
        ("/app.js", "javascript", b"export {};"),
        ("/style.css", "text/css", b"p {}"),
        ("/sub/page.html", "text/html", b"sub"),
        ("/one.cast", "application/x-asciicast", b'{"version": 2}\n'),
        ("/app.js?version=1", "javascript", b"export {};"),
    ],
)
def test_files_with_their_types(server, path, kind, body):
    response = get(server, path)
    assert response.status == 200
    assert kind in response.first("content-type")
    assert response.body == body


def test_a_big_file_comes_whole(server):
    assert get(server, "/big.txt").body == b"x" * (3 << 20)


def test_head_is_get_without_the_body(server):
    client = server.raw()
    response = client.get("/big.txt", method="HEAD")
    assert response.status == 200
    assert client.at_end() in ("eof", "reset")


def test_protecting_headers(server):
    response = get(server, "/")
    assert response.first("x-content-type-options") == "nosniff"
    policy = {
        name: sources
        for name, _, sources in (part.strip().partition(" ") for part in response.first("content-security-policy").split(";"))
    }
    assert policy["default-src"] == "'self'"
    # Styles alone may stand within a page.
    assert [name for name, sources in policy.items() if "unsafe" in sources] == ["style-src"]


@pytest.mark.parametrize("path", ["/nothing.html", "/sub/nothing", "/index.html/x", "/app.js/"])
def test_no_such_file(server, path):
    assert get(server, path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/sub/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/....//secret.txt",
        "//../secret.txt",
        "/.%00./secret.txt",
        "/%252e%252e/secret.txt",
        "/sub/%2e%2e/%2e%2e/secret.txt",
    ],
)
def test_no_way_out_of_the_directory(server, path):
    response = get(server, path)
    assert b"secret" not in response.body
    assert response.status in (400, 403, 404), response


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_pages_are_read_only(server, method):
    response = get(server, "/", method=method)
    assert response.status == 405
    assert response.first("allow")


def test_a_mount_without_its_slash_leads_to_the_one_with_it(serve, directory):
    server = serve(probe_configuration(static={"/": str(directory), "/pages": str(directory)}))
    for path, place in {"/pages": "/pages/", "/pages?a=b": "/pages/?a=b"}.items():
        response = get(server, path)
        assert (response.status, response.first("location")) == (301, place)
        assert get(server, place).body == b"<h1>index</h1>"


def test_a_page_is_no_websocket(server):
    assert server.raw().ask("/").status == 404
    assert server.raw().ask("/app.js").status == 404


def test_nobody_upgrades_on_the_connection_of_a_page(server):
    client = server.raw()
    page = b"GET /app.js HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"
    client.send(page + client.handshake(ECHO))
    response = client.response()
    assert response.status == 200
    rest = bytes(client.buffer)
    while True:
        try:
            data = client._receive(5)
        except ConnectionResetError:
            break
        if not data:
            break
        rest += data
    assert b"101" not in rest


def test_a_changed_file_is_served_anew_and_an_unchanged_one_is_not_sent_again(server, directory):
    first = get(server, "/app.js")
    tag = first.first("etag")
    if tag is not None:
        assert get(server, "/app.js", also=[("If-None-Match", tag)]).status == 304
    (directory / "app.js").write_text("export {}; // another version")
    assert b"another version" in get(server, "/app.js", also=[("If-None-Match", tag or '"x"')]).body


def test_routes_come_before_pages(serve, directory):
    (directory / "message").write_text("a file")
    server = serve(
        probe_configuration(static={"/": str(directory)}, routes=[{"url": "^message$", "consumer": "message"}])
    )
    assert get(server, "/message").status == 426
    server.raw().upgrade("/message")


def test_without_pages_there_is_nothing(serve):
    server = serve(probe_configuration())
    assert get(server, "/").status == 404
    assert get(server, "/index.html").status == 404


def test_a_mount_below_another(serve, directory, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "index.html").write_text("inner")
    server = serve(probe_configuration(static={"/": str(directory), "/docs": str(inner)}))
    assert get(server, "/").body == b"<h1>index</h1>"
    assert get(server, "/docs/").body == b"inner"

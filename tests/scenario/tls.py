"""TLS on a listener: what is spoken, and that everything behind it is as over a plain socket."""

import asyncio
import os
import re
import socket
import ssl
import subprocess

import pytest
import websockets

from harness import frame
from harness.certificates import NAME, Authority, Pair
from harness.deadline import seconds, wait_until
from harness.frame import BINARY, Frame
from harness.probe import ECHO, ask, journal, probe_configuration, scope, wait_for_disconnects
from harness.secure import SecureClient

BIG = bytes(range(256)) * 4096  # 1 MiB


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def pair(tmp_path, authority):
    return Pair(tmp_path, authority)


@pytest.fixture
def start(serve, pair):
    """start(**settings) serves the probe by TLS, and nothing without."""

    def start_it(address="127.0.0.1:0", **settings):
        return serve(probe_configuration(listen=[{"address": address, "tls": pair.tls}], **settings))

    return start_it


@pytest.fixture
def connect(authority):
    """connect(server) is a client that has TLS and no WebSocket yet."""
    clients = []

    def connect_it(server, address=None):
        client = SecureClient(address or server.address, authority.client())
        clients.append(client)
        return client

    yield connect_it
    for client in clients:
        client.close()


@pytest.fixture
def server(start):
    return start()


@pytest.fixture
def client(server, connect):
    """A WebSocket that echoes."""
    opened = connect(server)
    opened.upgrade(ECHO)
    return opened


def library_client(server, authority, path, **options):
    return server.websocket(path, ssl=authority.client(), server_hostname=NAME, **options)


# --- What is spoken.


def openssl(server, authority, *options, text="Q\n"):
    host, port = server.address
    return subprocess.run(
        ["openssl", "s_client", "-connect", f"{host}:{port}", "-servername", NAME, "-verify_hostname", NAME,
         "-CAfile", str(authority.root_file), "-verify_return_error", *options],
        input=text, capture_output=True, text=True, timeout=seconds(20), check=False,
    )


@pytest.mark.parametrize("option, protocol", [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_openssl_connects_and_believes(server, authority, option, protocol):
    assert server.urls[0].startswith("https://127.0.0.1:")
    done = openssl(server, authority, option, "-alpn", "h2,http/1.1")
    assert done.returncode == 0, done.stderr
    assert f"New, {protocol}, Cipher is " in done.stdout
    assert "Verify return code: 0 (ok)" in done.stdout
    assert "ALPN protocol: http/1.1" in done.stdout
    assert "Compression: NONE" in done.stdout
    assert "Secure Renegotiation IS supported" in done.stdout or protocol == "TLSv1.3"


@pytest.mark.parametrize("option", ["-tls1", "-tls1_1"])
def test_old_protocols_are_refused(server, authority, option):
    done = openssl(server, authority, option, "-cipher", "DEFAULT@SECLEVEL=0")
    assert done.returncode != 0
    assert "alert protocol version" in done.stderr, done.stderr


@pytest.mark.parametrize("cipher", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"])
def test_weak_ciphers_are_refused(server, authority, cipher):
    done = openssl(server, authority, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0")
    assert done.returncode != 0
    assert "alert handshake failure" in done.stderr, done.stderr


def test_who_speaks_only_another_protocol_is_refused(server, authority):
    done = openssl(server, authority, "-alpn", "h2")
    assert done.returncode != 0
    assert "no application protocol" in done.stderr, done.stderr


def test_nothing_is_negotiated_anew(server, authority):
    done = openssl(server, authority, "-tls1_2", text="R\n")
    assert "no renegotiation" in done.stderr, done.stderr


def test_a_session_is_resumed(server, authority):
    context = authority.client()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    first = SecureClient(server.address, context)
    with socket.create_connection(server.address) as plain:
        with context.wrap_socket(plain, server_hostname=NAME, session=first.socket.session) as second:
            assert second.session_reused
    first.close()


# --- Everything behind it is as it was.


def test_messages_of_all_sizes(client):
    for size in (0, 1, 125, 126, 16383, 16384, 16385, 65536, 1 << 20):
        client.send(frame.binary(b"x" * size))
        assert client.frame() == Frame(BINARY, b"x" * size)


def test_many_messages_in_one_record_and_one_in_many(client):
    client.send(b"".join(frame.text(f"message {number}") for number in range(1000)))
    for number in range(1000):
        assert client.text() == f"message {number}"
    for byte in frame.text("dribbled"):
        client.send(bytes([byte]))
    assert client.text() == "dribbled"


async def test_a_library_client(server, authority):
    async with library_client(server, authority, ECHO, subprotocols=["x", "probe.v1"]) as client:
        assert client.subprotocol == "probe.v1"
        await client.send(BIG)
        assert await client.recv() == BIG
        await client.send("你好")
        assert await client.recv() == "你好"
        await client.close(4321, "over")
    assert wait_for_disconnects(server, 1).all_codes == [4321]


async def test_the_server_closes(server, authority):
    async with library_client(server, authority, "/probe/close/4001/enough") as client:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd.code == 4001
        assert closed.value.rcvd.reason == "enough"


async def test_many_at_once(server, authority):
    async def talk(number):
        async with library_client(server, authority, ECHO) as client:
            for round_ in range(20):
                await client.send(f"{number} {round_}" + "x" * 5000)
                assert await client.recv() == f"{number} {round_}" + "x" * 5000

    await asyncio.gather(*[talk(number) for number in range(30)])
    assert wait_for_disconnects(server, 30).all_codes == [1000] * 30


@pytest.mark.parametrize("path, status", [("/nowhere", 404), ("/probe/reject/403/no", 403), ("/probe/reject/401", 401)])
def test_refusals(server, connect, path, status):
    client = connect(server)
    assert client.ask(path).status == status
    client.at_end()


def test_what_is_no_websocket(server, connect):
    client = connect(server)
    assert client.get(ECHO).status == 426
    client.at_end()


def test_pages(start, connect, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").write_bytes(b"a page")
    (pages / "big.txt").write_bytes(BIG * 8)
    server = start(static={"/": str(pages)})
    assert connect(server).get("/").body == b"a page"
    client = connect(server)
    response = client.get("/big.txt")
    assert response.status == 200 and response.body == BIG * 8


def test_its_scope_has_the_client(client):
    assert scope(client)["client"] == list(client.socket.getsockname())


@pytest.mark.parametrize("scheme, status", [("https", 101), ("http", 403)])
def test_a_page_without_tls_is_not_of_the_same_origin(server, connect, scheme, status):
    client = connect(server)
    assert client.ask(ECHO, also=[("Origin", f"{scheme}://{NAME}")]).status == status


def test_beside_a_plain_listener(serve, pair, connect):
    server = serve(probe_configuration(listen=["127.0.0.1:0", {"address": "127.0.0.1:0", "tls": pair.tls}]))
    assert [url.split(":")[0] for url in server.urls] == ["http", "https"]
    plain = server.open(ECHO)
    assert ask(plain, "join g") == "OK"
    assert server.raw().ask(ECHO, also=[("Origin", f"http://{NAME}")]).status == 101
    secure = connect(server, ("127.0.0.1", int(re.search(r":(\d+)/", server.urls[1])[1])))
    secure.upgrade(ECHO)
    secure.say("send g hello")
    assert plain.text() == "hello"
    assert [scope(client)["scheme"] for client in (plain, secure)] == ["ws", "wss"]


def test_over_a_unix_socket(start, connect):
    directory = f"/tmp/wharf-tls-{os.getpid()}"
    os.mkdir(directory)
    try:
        server = start(f"unix:{directory}/s")
        client = connect(server, f"{directory}/s")
        client.upgrade(ECHO)
        assert ask(client, "hi") == "hi"
        assert scope(client)["client"] == ["", 0]
        client.close()
        server.stop()
    finally:
        os.rmdir(directory)


# --- Clients that do not speak TLS, or not to the end.


def client_hello() -> bytes:
    out = ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname=NAME)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return out.read()


@pytest.mark.parametrize("said", [b"", client_hello()[:100], client_hello()], ids=["nothing", "half", "hello"])
def test_a_handshake_has_a_deadline(start, said):
    server = start(limits={"handshake": "300 ms"})
    client = server.raw()
    client.send(said)
    while client.socket.recv(1 << 16):
        pass


def test_the_deadline_covers_both_handshakes(start, connect):
    server = start(limits={"handshake": "500 ms"})
    connect(server).at_end()


def test_plain_http_is_told(server):
    client = server.raw()
    response = client.get("/")
    assert response.status == 400
    assert b"TLS" in response.body
    client.at_end()


def test_garbage_is_refused(server, connect):
    for garbage in (b"\x16\x03\x01\xff\xff" + b"\x00" * 70000, b"\x80" * 1000, os.urandom(5000)):
        client = server.raw()
        client.send(garbage)
        answer = b""
        try:
            while data := client.socket.recv(1 << 16):
                answer += data
        except ConnectionResetError:
            pass
        assert len(answer) <= 7  # an alert at most
    assert connect(server).ask(ECHO).status == 101


def test_handshake_failures_are_told_at_debug(start):
    server = start(log="debug")
    server.raw().send(b"nonsense" * 10)
    server.wait_for_log(r"debug 127\.0\.0\.1, port \d+: no TLS handshake: ")


def test_a_broken_record_ends_the_connection(server, client):
    client.plain = socket.socket(fileno=client.socket.detach())
    client.plain.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
    assert wait_for_disconnects(server, 1).all_codes == [1006]
    client.plain.close()


# --- Ends.


def test_the_server_says_the_end_by_tls(server, client):
    client.say("close 4000 enough")
    client.expect_close(4000)
    assert wait_for_disconnects(server, 1).all_codes == [4000]


def test_the_client_goes_without_a_word(server, client):
    client.cut_off()
    # As over a plain socket.
    assert client.close_status()[0] == 1002
    client.at_end()
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_what_was_said_before_the_end_is_heard(server, connect):
    client = connect(server)
    client.upgrade(ECHO)
    assert ask(client, "channel")
    client.send(frame.text("x" * 100000) + frame.close(1000))
    client.cut_off()
    assert client.text() == "x" * 100000
    assert client.close_status()[0] == 1000
    client.at_end()


def test_a_reset_ends_the_connection(server, client):
    client.abort()
    assert wait_for_disconnects(server, 1).all_codes == [1006]


def test_shutdown_tells_everybody(server, connect):
    clients = [connect(server) for _ in range(10)]
    for client in clients:
        client.upgrade(ECHO)
    early = connect(server)
    silent = server.raw()
    server.terminate()
    for client in clients:
        client.expect_close(1001)
    assert early.response().status == 503
    silent.at_end()
    early.close()
    silent.close()
    assert server.wait() == 0
    assert sorted(wait_for_disconnects(server, 10).all_codes) == [1001] * 10


def test_what_was_sent_before_the_shutdown_arrives(server, connect):
    client = connect(server)
    client.upgrade("/nodrain/echo")
    client.say("flood 20 100000")
    assert client.text().startswith("0.")
    server.terminate()
    for number in range(1, 20):
        assert client.text().startswith(f"{number}.")
    assert client.text() == "flooded 20"
    client.expect_close(1001)
    assert server.wait() == 0


def test_a_stalled_client_does_not_hold_up_the_shutdown(start, connect):
    server = start(limits={"close": "500 ms"})
    client = connect(server)
    client.upgrade(ECHO)
    client.say("flood 2000 50000")
    wait_until(lambda: client.socket.recv(1), "the flood begins")
    server.terminate()
    assert server.wait() == 0


def test_nothing_is_left(server, connect):
    before = server.descriptors()
    for round_ in range(50):
        client = connect(server)
        if round_ % 5 == 1:
            client.upgrade(ECHO)
        if round_ % 5 == 2:
            client.get("/")
        if round_ % 5 == 3:
            client.cut_off()
        if round_ % 5 == 4:
            client.abort()
        else:
            client.close()
    wait_until(lambda: server.descriptors() <= before, "every descriptor is closed")


# --- Who is too slow, and who is too fast.


def test_a_stalled_client_stops_the_sender(start, connect):
    server = start(limits={"outbox": "256 KiB"})
    client = connect(server)
    client.upgrade(ECHO)
    before = server.resident_bytes()
    client.say("flood 2000 50000")
    # 100 MB are not in the server's memory while the client sleeps.
    first = client.text()
    witness = connect(server)
    witness.upgrade(ECHO)
    assert ask(witness, "others are served meanwhile") == "others are served meanwhile"
    assert server.growth(before) < 20 << 20
    assert first.startswith("0.")
    for number in range(1, 2000):
        assert client.text().startswith(f"{number}.")
    assert client.text() == "flooded 2000"
    assert sum(journal(server).drains.values()) > 0


def test_a_slow_client_is_closed(start, connect):
    server = start(limits={"outbox": "256 KiB", "close": "300 ms"})
    server.allow("does not read")
    client = connect(server)
    client.upgrade("/nodrain/echo")
    client.say("flood 1000 100000")
    wait_for_disconnects(server, 1, within=20)


def test_a_fast_client_waits_for_its_consumer(server, client):
    client.say("pause 1500")
    before = server.resident_bytes()
    messages = frame.text("x" * 60000) * 1000
    client.socket.settimeout(0)
    sent = 0
    try:
        # 60 MB are not in the server's memory while the consumer does not read.
        while sent < len(messages):
            sent += client.socket.send(messages[sent : sent + 16384])
    except ssl.SSLWantWriteError:
        pass
    assert sent < len(messages)
    assert server.growth(before) < 5 << 20
    assert client.text() == "resumed"
    assert client.text() == "x" * 60000

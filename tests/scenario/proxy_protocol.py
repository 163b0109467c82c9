"""A listener for the PROXY protocol: who says for whom he connects, by a header before everything else."""

import ipaddress
import json
import re
import socket
import ssl
import struct
import time
import urllib.request

import pytest
import websockets

from harness import frame as frames
from harness.certificates import NAME, Authority, Pair
from harness.deadline import seconds, wait_until
from harness.front import haproxy
from harness.message import as_user
from harness.probe import ECHO, ask, probe_configuration, scope
from harness.secure import SecureClient

pytest_plugins = ["harness.front_fixtures"]

PROXY, INNER, STRANGER = "127.0.0.3", "127.0.4.1", "127.0.0.9"
TRUSTED = [PROXY, INNER, "::1"]
CLIENT, FORGED = "192.0.2.1", "203.0.113.66"
CLOSED = r"warning a connection from {} to a listener with proxy_protocol is closed: {}"


def proxied(address="127.0.0.1:0", **settings) -> dict:
    """The second listener is a plain one."""
    listen = [{"address": address, "proxy_protocol": True}, "127.0.0.1:0"]
    return probe_configuration(**{"listen": listen, "trusted_proxies": TRUSTED, **settings})


@pytest.fixture
def server(serve):
    return serve(proxied())


def line(client=CLIENT, port=5678) -> bytes:
    family = "TCP6" if ":" in client else "TCP4"
    return f"PROXY {family} {client} {client} {port} 443\r\n".encode()


def block(client=CLIENT, port=5678, command=1, more=b"") -> bytes:
    packed = ipaddress.ip_address(client).packed
    rest = packed + packed + struct.pack("!HH", port, 443) + more
    return b"\r\n\r\n\0\r\nQUIT\n" + struct.pack("!BBH", 0x20 + command, 0x11 if len(packed) == 4 else 0x21, len(rest)) + rest


LOCAL = block(command=0)
UNKNOWN = b"PROXY UNKNOWN\r\n"
UNSPECIFIED = b"\r\n\r\n\0\r\nQUIT\n" + struct.pack("!BBH", 0x21, 0, 0)


def seen(server, header: bytes, source=PROXY, also=()) -> dict:
    client = server.raw(source=(source, 0))
    client.send(header + client.handshake(ECHO, also=also))
    client.check_101(client.response())
    return scope(client)


def closed(server, data: bytes, source=PROXY, end=False):
    client = server.raw(source=(source, 0))
    try:
        client.send(data)
        if end:
            client.socket.shutdown(socket.SHUT_WR)
    except (BrokenPipeError, ConnectionResetError):
        pass
    client.at_end()


# --- Good headers.


@pytest.mark.parametrize("header", [line, block], ids=["v1", "v2"])
@pytest.mark.parametrize("client", [CLIENT, "2001:db8::1"])
def test_the_client_is_the_one_that_is_named(server, header, client):
    found = seen(server, header(client))
    assert found["client"] == [client, 5678]
    assert found["secure"] is False


@pytest.mark.parametrize("header", [LOCAL, UNKNOWN, UNSPECIFIED], ids=["LOCAL", "UNKNOWN", "UNSPEC"])
def test_nobody_is_named(server, header):
    assert seen(server, header)["client"][0] == PROXY


@pytest.mark.parametrize("header", [line(), block(), block(more=b"\x04\x00\x03xyz" * 100)], ids=["v1", "v2", "TLVs"])
def test_every_byte_alone(server, header):
    client = server.raw(source=(PROXY, 0))
    client.dribble(header + client.handshake(ECHO))
    client.check_101(client.response())
    assert scope(client)["client"][0] == CLIENT


def test_what_follows_in_the_same_segment_goes_on(server):
    client = server.raw(source=(PROXY, 0))
    client.send(block() + client.handshake(ECHO) + frames.text("early"))
    client.check_101(client.response())
    assert client.text() == "early"


def test_the_other_listener_is_a_plain_one(server):
    address = ("127.0.0.1", int(server.urls[1].rstrip("/").rpartition(":")[2]))
    client = server.raw(address)
    client.upgrade(ECHO)
    assert ask(client, "hi") == "hi"
    assert server.raw(address).get("/probe/x").status == 426
    spoken = server.raw(address)
    spoken.send(line() + spoken.handshake(ECHO))
    assert spoken.response().status in (400, 405)


def test_ipv6(serve):
    server = serve(proxied("[::1]:0"))
    client = server.raw()
    client.send(line() + client.handshake(ECHO))
    client.check_101(client.response())
    assert scope(client)["client"] == [CLIENT, 5678]


def test_a_unix_socket(serve, socket_path):
    server = serve(proxied(f"unix:{socket_path}", trusted_proxies="unix"))
    client = server.raw(socket_path)
    client.send(block() + client.handshake(ECHO))
    client.check_101(client.response())
    assert scope(client)["client"] == [CLIENT, 5678]


def test_who_only_looks_is_no_reason_to_complain(server):
    server.raw(source=(PROXY, 0)).close()
    client = server.raw(source=(PROXY, 0))
    client.send(LOCAL)
    client.close()
    assert seen(server, line())["client"][0] == CLIENT
    assert not server.complaints()


# --- What it is worth.


def forwarded(chain: str) -> list:
    return [("X-Forwarded-For", chain), ("X-Forwarded-Proto", "https")]


def test_the_client_s_own_headers_are_his(server):
    found = seen(server, line(), also=forwarded(FORGED))
    assert found["client"] == [CLIENT, 5678]
    assert found["secure"] is False


def test_a_proxy_behind_the_proxy_is_believed(server):
    found = seen(server, line(INNER), also=forwarded(CLIENT))
    assert found["client"] == [CLIENT, 0]
    assert found["secure"] is True


@pytest.mark.parametrize("header", [UNKNOWN, UNSPECIFIED], ids=["UNKNOWN", "UNSPEC"])
def test_whom_the_proxy_cannot_name_is_not_trusted_like_it(serve, header):
    auth = [{"header": {"name": "X-Remote-User", "trust": [PROXY]}}, "anonymous"]
    server = serve(proxied(auth=auth))
    found = seen(server, header, also=forwarded(FORGED) + as_user("alice")["also"])
    assert found["client"][0] == PROXY
    assert found["secure"] is False
    assert found["user"]["is_authenticated"] is False


def test_a_user_is_named_by_whoever_sends_the_header(serve):
    """The proxy passes bytes on: its client has written them, and is not trusted like it."""
    auth = [{"header": {"name": "X-Remote-User", "trust": [PROXY, INNER]}}, "anonymous"]
    server = serve(proxied(auth=auth))
    for header, named in ((line(), False), (line(INNER), True), (LOCAL, True)):
        assert seen(server, header, also=as_user("alice")["also"])["user"]["is_authenticated"] is named


def test_the_log_names_the_client(server):
    server.allow(r"threw|throws")
    client = server.raw(source=(PROXY, 0))
    client.send(line() + client.handshake(ECHO))
    client.check_101(client.response())
    client.say("throw")
    client.expect_close(1011)
    server.wait_for_log(rf"connection [0-9a-f]+, {CLIENT}:5678: ")


# --- Everything else is closed.


@pytest.mark.parametrize(
    "data",
    [
        b"GET /probe/echo HTTP/1.1\r\nHost: wharf.test\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1\r\nGET / HTTP/1.1\r\n\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        b"PROXY UNKNOWN " + b"x" * 200,
        b"\r\n\r\n\0\r\nQUIT\n\x31\x11\x00\x0c" + b"x" * 12,
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x04" + b"x" * 4,
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff" + b"x" * 100,
    ],
)
def test_what_is_no_header_is_closed(server, data):
    server.allow(CLOSED.format(PROXY, "(it|its) "))
    closed(server, data)
    server.wait_for_log(CLOSED.format(PROXY, "(it does not begin with a PROXY header|its PROXY)"))
    assert seen(server, line())["client"][0] == CLIENT


@pytest.mark.parametrize("header", [line(), block()], ids=["v1", "v2"])
def test_half_of_one_is_closed(server, header):
    server.allow(CLOSED.format(PROXY, "it ended within its PROXY header"))
    for cut in range(1, len(header)):
        closed(server, header[:cut], end=True)
    server.wait_for_log(CLOSED.format(PROXY, "it ended within its PROXY header"))


def test_a_slow_one_is_closed(serve):
    server = serve(proxied(limits={"handshake": "200 ms"}))
    server.allow(CLOSED.format(PROXY, "its PROXY header did not come in time"))
    closed(server, block()[:20])
    closed(server, b"")
    server.wait_for_log(CLOSED.format(PROXY, "its PROXY header did not come in time"))


@pytest.mark.parametrize("header", [line(), block(), LOCAL, UNKNOWN, b""], ids=["v1", "v2", "LOCAL", "UNKNOWN", "none"])
def test_nobody_else_may_speak_it(server, header):
    server.allow(CLOSED.format(STRANGER, "it is no trusted proxy"))
    client = server.raw(source=(STRANGER, 0))
    closed(server, header + client.handshake(ECHO), source=STRANGER)
    server.wait_for_log(CLOSED.format(STRANGER, "it is no trusted proxy: name it in trusted_proxies"))
    assert not server.journal() or all(not row.startswith("connect") for row in server.journal())


def test_a_flood_is_a_line(serve):
    server = serve(proxied(workers=1))
    server.allow(CLOSED.format(STRANGER, "it is no trusted proxy"))
    begin = time.monotonic()
    for _ in range(200):
        closed(server, b"x", source=STRANGER)
    minutes = (time.monotonic() - begin) / 60
    assert len(re.findall(CLOSED.format(STRANGER, ""), server.log())) <= 1 + minutes


def test_the_end_of_the_server_is_theirs(serve):
    server = serve(proxied())
    waiting = [server.raw(source=(PROXY, 0)) for _ in range(8)]
    for client in waiting:
        client.send(block()[:20])
    assert seen(server, line())["client"][0] == CLIENT
    server.terminate()
    for client in waiting:
        client.at_end()
    assert server.wait() == 0


# --- Before TLS.


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def secure(serve, tmp_path, authority):
    pair = Pair(tmp_path, authority)
    return serve(proxied(listen=[{"address": "127.0.0.1:0", "proxy_protocol": True, "tls": pair.tls}]))


@pytest.fixture
def connect(secure, authority):
    """connect(header, source) has TLS, and no WebSocket yet."""

    def connect_it(header: bytes, source=PROXY) -> SecureClient:
        secure.clients.append(SecureClient(secure.address, authority.client(), (source, 0), header))
        return secure.clients[-1]

    return connect_it


@pytest.mark.parametrize("header", [line(), block(), block(more=b"\x04\x00\x03xyz" * 100)], ids=["v1", "v2", "TLVs"])
def test_tls_begins_behind_the_header(secure, connect, header):
    client = connect(header)
    client.upgrade(ECHO, also=[("Origin", "https://wharf.test")])
    found = scope(client)
    assert found["client"] == [CLIENT, 5678]
    assert found["secure"] is True
    assert connect(header).ask(ECHO, also=[("Origin", "http://wharf.test")]).status == 403
    secure.wait_for_log(rf"info {CLIENT}, origin http://wharf\.test: 403 for route")


def test_whom_the_proxy_cannot_name_is_not_trusted_by_tls_either(secure, connect):
    client = connect(UNKNOWN)
    client.upgrade(ECHO, also=[("X-Forwarded-For", FORGED), ("X-Forwarded-Proto", "http")])
    found = scope(client)
    assert found["client"][0] == PROXY
    assert found["secure"] is True


@pytest.mark.parametrize(
    "header, source, why",
    [(b"", PROXY, "it does not begin with a PROXY header"), (line(), STRANGER, "it is no trusted proxy")],
)
def test_tls_alone_is_closed(secure, connect, header, source, why):
    secure.allow(CLOSED.format(source, why))
    with pytest.raises((ssl.SSLError, ConnectionResetError, BrokenPipeError)):
        connect(header, source)
    secure.wait_for_log(CLOSED.format(source, why))


async def test_haproxy_passes_tls_on(secure, authority, front):
    target = "server wharf {}:{} source {} send-proxy-v2".format(*secure.address, PROXY)
    proxy = front(haproxy, "mode tcp", target)
    connection = socket.create_connection(proxy.address, source_address=(STRANGER, 0))
    client = connection.getsockname()
    url = f"wss://{NAME}:{proxy.port}{ECHO}"
    secured = {"ssl": authority.client(), "server_hostname": NAME}
    async with websockets.connect(url, sock=connection, max_size=None, **secured) as visitor:
        await visitor.send("scope")
        found = json.loads(await visitor.recv())
        assert tuple(found["client"]) == client
        assert found["secure"] is True
        large = "x" * 500_000
        await visitor.send(large)
        assert await visitor.recv() == large


# --- A real one.


@pytest.mark.parametrize("version", ["send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options unique-id,crc32c"])
async def test_haproxy(server, front, version):
    target = "server wharf {}:{} source {} {}".format(*server.address, PROXY, version)
    proxy = front(haproxy, "mode tcp", "unique-id-format %ci", target)
    connection = socket.create_connection(proxy.address, source_address=(STRANGER, 0))
    client = connection.getsockname()
    async with websockets.connect(
        f"ws://127.0.0.1:{proxy.port}{ECHO}", sock=connection, extra_headers=forwarded(FORGED),
        origin=f"http://127.0.0.1:{proxy.port}", max_size=None,
    ) as visitor:
        await visitor.send("scope")
        found = json.loads(await visitor.recv())
        assert tuple(found["client"]) == client
        assert found["secure"] is False
        large = "x" * 500_000
        await visitor.send(large)
        assert await visitor.recv() == large


def test_haproxy_s_health_checks_are_welcome(server, front):
    target = "server wharf {}:{} source {} send-proxy-v2 check inter 50ms".format(*server.address, PROXY)
    check = ["option httpchk GET /probe/echo", "http-check expect status 426"]
    proxy = front(haproxy, "mode http", "stats uri /stats", *check, target)

    def checked() -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{proxy.port}/stats;csv", timeout=seconds(5)) as stats:
            return b",L7OK," in stats.read()

    wait_until(checked, "a check by haproxy")
    assert not server.complaints()

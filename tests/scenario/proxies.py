"""Reverse proxies in front: whose word about the client is believed, by X-Forwarded-For and X-Forwarded-Proto."""

import json
import socket

import pytest
import websockets

from harness.front import haproxy, nginx, to_wharf
from harness.message import as_user
from harness.probe import CONFIG, ECHO, probe_configuration, scope

pytest_plugins = ["harness.front_fixtures"]

# Loopback has many addresses. The proxies have some, strangers the others.
PROXY, INNER, STRANGER = "127.0.0.3", "127.0.4.1", "127.0.0.9"
TRUSTED = [PROXY, "127.0.4.0/24", "::1", "unix"]
CLIENT, FORGED = "192.0.2.1", "203.0.113.66"


@pytest.fixture
def server(serve):
    return serve(probe_configuration(trusted_proxies=TRUSTED))


def forwarded(*chains, proto=None, **more) -> list:
    schemes = [("X-Forwarded-Proto", proto)] if proto else []
    return [("X-Forwarded-For", chain) for chain in chains] + schemes + [(k.replace("_", "-"), v) for k, v in more.items()]


def seen(server, *chains, source=PROXY, address=None, **options) -> dict:
    """The scope of who comes from there with that X-Forwarded-For."""
    client = server.raw(address, source=(source, 0) if source else None)
    client.upgrade(ECHO, also=forwarded(*chains, **options))
    return scope(client)


# --- Who may say.


def test_a_stranger_names_nobody_but_himself(server):
    client = server.raw(source=(STRANGER, 0))
    sent = forwarded(FORGED, proto="https", Forwarded=f"for={FORGED};proto=https", X_Real_IP=FORGED)
    client.upgrade(ECHO, also=sent)
    found = scope(client)
    assert tuple(found["client"]) == client.socket.getsockname()
    assert found["secure"] is False
    assert [tuple(header) for header in found["headers"][-4:]] == [(name.lower(), value) for name, value in sent]


def test_without_the_key_nobody_is_believed(serve):
    server = serve(probe_configuration())
    for source in (PROXY, "127.0.0.1"):
        assert seen(server, FORGED, source=source, proto="https")["client"][0] == source


def test_a_proxy_names_its_client(server):
    found = seen(server, CLIENT, proto="https")
    assert found["client"] == [CLIENT, 0]
    assert (found["secure"], found["scheme"]) == (True, "wss")
    assert seen(server, f"{CLIENT}:5678")["client"] == [CLIENT, 5678]
    assert seen(server)["client"][0] == PROXY


@pytest.mark.parametrize(
    "chains, client",
    [
        ([f"{FORGED}, {CLIENT}"], CLIENT),
        ([FORGED, CLIENT], CLIENT),
        ([f"{FORGED}, {CLIENT}, {INNER}"], CLIENT),
        ([f"{FORGED}, {CLIENT}", INNER], CLIENT),
        ([f"{FORGED}, {STRANGER}, {INNER}"], STRANGER),
        ([f"{INNER}, 127.0.4.2"], INNER),
        ([f"{FORGED}, nobody, {INNER}"], INNER),
        ([f"{FORGED}, \"{CLIENT}\""], PROXY),
        ([f"{FORGED},"], PROXY),
        (["[2001:db8::1]:80"], "2001:db8::1"),
        (["2001:DB8:0::1, ::1"], "2001:db8::1"),
        ([f"{CLIENT}, ::ffff:{PROXY}"], CLIENT),
    ],
)
def test_a_chain_is_believed_as_far_as_it_is_trusted(server, chains, client):
    assert seen(server, *chains)["client"][0] == client


def test_ipv6(serve):
    server = serve(probe_configuration(listen="[::1]:0", trusted_proxies=["::1"]))
    assert seen(server, "2001:db8::1", source=None)["client"] == ["2001:db8::1", 0]
    untrusting = serve(probe_configuration(listen="[::1]:0", trusted_proxies=["::2", "::/128"]))
    assert seen(untrusting, "2001:db8::1", source=None)["client"][0] == "::1"


def test_a_unix_socket(serve, socket_path):
    server = serve(probe_configuration(listen=f"unix:{socket_path}", trusted_proxies="unix"))
    assert seen(server, CLIENT, source=None, address=socket_path)["client"] == [CLIENT, 0]
    assert seen(server, source=None, address=socket_path)["client"] == ["", 0]


def test_a_reload_takes_it_up(serve):
    server = serve(probe_configuration())
    server.rewrite(probe_configuration(trusted_proxies=PROXY))
    server.wait_for_log("taken up: ~ trusted_proxies")
    assert seen(server, CLIENT)["client"][0] == CLIENT
    server.rewrite(probe_configuration(trusted_proxies=INNER))
    server.wait_for_log("(?s)taken up: ~ trusted_proxies.*taken up: ~ trusted_proxies")
    assert seen(server, CLIENT)["client"][0] == PROXY


# --- What follows from it.


def test_a_forged_address_gains_no_trust(serve):
    """`trust` means who sends the header, whoever it is sent for."""
    auth = [{"header": {"name": "X-Remote-User", "trust": [PROXY]}}, "anonymous"]
    server = serve(probe_configuration(trusted_proxies=TRUSTED, auth=auth))
    for source, named in ((PROXY, True), (INNER, False), (STRANGER, False)):
        for chain in (CLIENT, PROXY, INNER, STRANGER):
            client = server.raw(source=(source, 0))
            client.upgrade(ECHO, also=forwarded(chain) + as_user("alice")["also"])
            assert scope(client)["user"]["is_authenticated"] is named, (source, chain)


def test_the_log_names_the_client(serve):
    routes = [
        {"url": "^probe/", "consumer": "probe", "config": CONFIG},
        {"url": "^users/", "consumer": "probe", "config": CONFIG, "require": "user"},
    ]
    server = serve(probe_configuration(trusted_proxies=TRUSTED, routes=routes))
    refused = server.raw(source=(PROXY, 0))
    assert refused.ask("/users/x", also=forwarded(CLIENT)).status == 401
    server.wait_for_log(rf"info {CLIENT}, nobody we know: 401 for route")
    server.allow(r"threw|throws")
    for chain, name in ((f"{CLIENT}:77", f"{CLIENT}:77"), ("2001:db8::1", r"\[2001:db8::1\]")):
        client = server.raw(source=(PROXY, 0))
        client.upgrade(ECHO, also=forwarded(chain))
        client.say("throw")
        client.expect_close(1011)
        server.wait_for_log(rf"connection [0-9a-f]+, {name}: ")


@pytest.mark.parametrize(
    "proto, origin, source, status",
    [
        ("https", "https://wharf.test", PROXY, 101),
        ("https", "http://wharf.test", PROXY, 403),
        ("http", "http://wharf.test", PROXY, 101),
        ("http", "https://wharf.test", PROXY, 403),
        (None, "http://wharf.test", PROXY, 101),
        (None, "https://wharf.test", PROXY, 101),
        ("gopher", "https://wharf.test", PROXY, 101),
        ("https", "http://wharf.test", STRANGER, 101),
        ("http", "https://wharf.test", STRANGER, 101),
    ],
)
def test_a_page_is_of_the_same_origin_by_the_scheme_too(server, proto, origin, source, status):
    client = server.raw(source=(source, 0))
    assert client.ask(ECHO, also=[*forwarded(CLIENT, proto=proto), ("Origin", origin)]).status == status


# --- Real ones.


def through(front, source=STRANGER):
    """Debian's websockets client, who lies about where he comes from."""
    connection = socket.create_connection(front.address, source_address=(source, 0))
    headers = [("X-Forwarded-For", FORGED), ("X-Forwarded-Proto", "https")]
    return websockets.connect(
        f"ws://127.0.0.1:{front.port}{ECHO}", sock=connection, extra_headers=headers,
        origin=f"http://127.0.0.1:{front.port}",
    )


async def scope_through(front) -> dict:
    async with through(front) as client:
        await client.send("scope")
        return json.loads(await client.recv())


async def test_nginx(server, front):
    found = await scope_through(front(nginx, to_wharf("/", "{}:{}".format(*server.address), f"proxy_bind {PROXY};")))
    assert found["client"] == [STRANGER, 0]
    assert found["secure"] is False
    assert ["x-forwarded-for", f"{FORGED}, {STRANGER}"] in found["headers"]


async def test_nginx_over_a_unix_socket(serve, socket_path, front):
    serve(probe_configuration(listen=f"unix:{socket_path}", trusted_proxies="unix"))
    found = await scope_through(front(nginx, to_wharf("/", f"unix:{socket_path}")))
    assert found["client"] == [STRANGER, 0]


async def test_haproxy(server, front):
    lines = [
        "mode http", "option forwardfor", "http-request set-header X-Forwarded-Proto http",
        "server wharf {}:{} source {}".format(*server.address, PROXY),
    ]
    found = await scope_through(front(haproxy, *lines))
    assert found["client"] == [STRANGER, 0]
    assert found["secure"] is False


async def test_one_behind_the_other(server, front):
    inner = front(nginx, to_wharf("/", "{}:{}".format(*server.address), f"proxy_bind {PROXY};"))
    outer = front(nginx, to_wharf("/", f"127.0.0.1:{inner.port}", f"proxy_bind {INNER};"))
    found = await scope_through(outer)
    assert found["client"] == [STRANGER, 0]
    assert ["x-forwarded-for", f"{FORGED}, {STRANGER}, {INNER}"] in found["headers"]

"""Listening on unix sockets, and on several addresses at once."""

import os
import socket
import stat

import pytest

from harness.probe import ECHO, ask, probe_configuration, scope
from harness.raw import RawClient


def test_a_websocket_over_a_unix_socket(serve, socket_path):
    server = serve(probe_configuration(listen=f"unix:{socket_path}", workers=3))
    assert server.urls == [f"unix:{socket_path}"]
    assert stat.S_ISSOCK(os.stat(socket_path).st_mode)
    for _ in range(10):
        client = RawClient(socket_path)
        client.upgrade(ECHO)
        assert ask(client, "hi") == "hi"


def test_its_scope_says_unix(serve, socket_path):
    server = serve(probe_configuration(listen=f"unix:{socket_path}"))
    client = server.raw(socket_path)
    client.upgrade(ECHO)
    assert scope(client)["client"] == ["", 0]


def test_a_proxy_behind_a_unix_socket_can_be_trusted(serve, socket_path):
    auth = [{"header": {"name": "X-Remote-User", "trust": ["unix"]}}]
    server = serve(probe_configuration(listen=[f"unix:{socket_path}", "127.0.0.1:0"], auth=auth))
    for address, known in ((socket_path, True), (server.address, False)):
        client = server.raw(address)
        client.upgrade(ECHO, also=[("X-Remote-User", "alice")])
        assert scope(client)["user"]["is_authenticated"] is known


def test_groups_span_addresses(serve, socket_path):
    server = serve(probe_configuration(listen=[f"unix:{socket_path}", "127.0.0.1:0", "127.0.0.2:0"]))
    assert len(server.urls) == 3
    over_unix = server.raw(socket_path)
    over_unix.upgrade(ECHO)
    over_tcp = server.open(ECHO)
    assert ask(over_unix, "join g") == "OK"
    over_tcp.say("send g hello")
    assert over_unix.text() == "hello"


def test_the_socket_is_gone_with_the_server(serve, socket_path):
    server = serve(probe_configuration(listen=f"unix:{socket_path}"))
    server.terminate()
    assert server.wait() == 0
    assert not os.path.exists(socket_path)


def test_a_socket_left_by_a_dead_server_is_replaced(serve, socket_path):
    left = socket.socket(socket.AF_UNIX)
    left.bind(socket_path)
    left.close()
    server = serve(probe_configuration(listen=f"unix:{socket_path}"))
    client = server.raw(socket_path)
    client.upgrade(ECHO)


def test_ipv6(serve):
    if not socket.has_ipv6:
        pytest.fail("this machine has no IPv6 loopback, which the suite needs")
    server = serve(probe_configuration(listen="[::1]:0"))
    assert server.urls[0].startswith("http://[::1]:")
    client = server.open(ECHO)
    assert scope(client)["client"][0] == "::1"

"""The operator's door: what is served, what would change, and changes on command."""

import http.client
import json
import re
import socket

import pytest
import yaml

from harness.command import wharf
from harness.probe import ECHO, ask, probe_configuration


@pytest.fixture(params=["tcp", "unix"])
def server(serve, tmp_path, request):
    admin = f"127.0.0.1:{free_port()}" if request.param == "tcp" else f"unix:{tmp_path}/a"
    server = serve(probe_configuration(admin=admin))
    server.admin = admin
    return server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def command(server, *words):
    return wharf(*words, server.file.name, directory=server.directory)


def change(server, **changes):
    config = {**yaml.safe_load(server.file.read_text(encoding="utf-8")), **changes}
    server.file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")


def request(server, method, path, headers=()):
    host, port = server.admin.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request(method, path, headers=dict(headers))
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_status_counts_connections_of_each_generation(server):
    clients = [server.open(ECHO) for _ in range(3)]
    outcome = command(server, "status")
    assert outcome.code == 0
    assert re.search(r"^wharf \S+, 3 connections, channel layer available, 0 events lost$", outcome.stdout, re.M)
    assert re.search(r"url +\^probe/ +probe 1.*\([0-9a-f]{8}\) +3 connections +loaded \d+ s ago$", outcome.stdout, re.M)
    first, *rest = yaml.safe_load(server.file.read_text(encoding="utf-8"))["routes"]
    change(server, routes=[{**first, "config": {**first["config"], "note": "new"}}, *rest])
    server.wait_for_log("taken up: .*config; 3 connections")
    new = server.open(ECHO)
    text = command(server, "status").stdout
    assert re.search(r"\^probe/ .* 3 connections .* replaced$", text, re.M)
    assert re.search(r"\^probe/ .* 1 connections .* ago$", text, re.M)
    for client in (*clients, new):
        assert ask(client, "hi") == "hi"


def test_dry_run_says_what_would_change(server):
    server.allow("next start")
    change(server, workers=3)
    later = "! workers: taken up at the next start\n"
    assert command(server, "reload", "--dry-run").stdout == later
    assert command(server, "check").stdout.endswith(later)
    server.allow("not taken up")
    change(server, include="elsewhere.yaml")
    outcome = command(server, "reload", "--dry-run")
    assert outcome.code == 1 and "there is no file" in outcome.stderr and "nothing has changed" in outcome.stderr


def test_reload_says_what_it_has_taken_up_or_why_not(server):
    assert command(server, "reload").stdout == "nothing has changed\n"
    server.allow("not taken up")
    change(server, routes="nonsense")
    outcome = command(server, "reload")
    assert outcome.code == 1
    assert re.search(r"/routes\.yaml:\d+:\d+: `routes` is the text `nonsense`", outcome.stderr)
    assert "refused; nothing has changed" in outcome.stderr
    assert ask(server.open(ECHO), "still served") == "still served"


def test_a_server_that_is_not_there(tmp_path):
    file = tmp_path / "routes.yaml"
    file.write_text(yaml.safe_dump(probe_configuration(admin=f"unix:{tmp_path}/a")), encoding="utf-8")
    outcome = wharf("status", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1 and "no server answers at unix:" in outcome.stderr
    file.write_text(yaml.safe_dump(probe_configuration()), encoding="utf-8")
    outcome = wharf("reload", "routes.yaml", directory=tmp_path)
    assert outcome.code == 1 and "has no `admin:` address" in outcome.stderr


@pytest.mark.parametrize("server", ["tcp"], indirect=True)
def test_a_page_in_a_browser_cannot_command_it(server):
    assert request(server, "POST", "/reload")[0] == 403
    status, body = request(server, "POST", "/reload", [("Wharf-Command", "yes")])
    assert status == 200
    assert json.loads(body) == {"problems": [], "warnings": [], "taken": [], "later": [], "longest_pause_ms": 0}


@pytest.mark.parametrize("server", ["tcp"], indirect=True)
def test_health_and_readiness(server):
    assert request(server, "GET", "/health") == (200, "ok\n")
    assert request(server, "GET", "/ready") == (200, "ready\n")
    assert request(server, "GET", "/nothing")[0] == 404


@pytest.mark.parametrize("server", ["tcp"], indirect=True)
def test_garbage_and_silence_at_the_door(server):
    host, port = server.admin.split(":")
    silent = [server.raw((host, int(port))) for _ in range(40)]
    silent[0].send(b"\x16\x03\x01 what is this\r\n\r\n")
    for client in silent[1:]:
        client.close()
    assert request(server, "GET", "/health")[0] == 200


def test_it_is_never_on_a_public_address(tmp_path):
    for admin in ("0.0.0.0:8001", ":8001", "10.0.0.1:8001", "systemd"):
        (tmp_path / "routes.yaml").write_text(yaml.safe_dump(probe_configuration(admin=admin)), encoding="utf-8")
        outcome = wharf("check", "routes.yaml", directory=tmp_path)
        assert outcome.code == 1 and "whoever reaches it may command the server" in outcome.stderr

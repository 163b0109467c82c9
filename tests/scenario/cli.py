"""`wharf check`, `wharf routes`, `wharf plugins`, and the arguments."""

import re

import pytest

from harness.command import wharf, write
from harness.server import BUILD, PLUGIN_PATH, configuration

ROUTES = [
    {"url": "^message/?$", "consumer": "message"},
    {"path": "chat/<str:room>/<int:number>/", "consumer": "probe"},
    {"url": r"(?P<word>\w+)\.txt$", "consumer": "hello"},
]


@pytest.fixture
def good(tmp_path):
    write(tmp_path, configuration(routes=ROUTES))
    return tmp_path


def test_version(tmp_path):
    outcome = wharf("--version", directory=tmp_path)
    assert outcome.code == 0
    assert re.search(r"\d+\.\d+\.\d+", outcome.stdout)


def test_help_names_the_verbs(tmp_path):
    outcome = wharf("--help", directory=tmp_path)
    assert outcome.code == 0
    for verb in ("serve", "check", "routes", "plugins"):
        assert verb in outcome.stdout
    assert "probe-plugin" not in outcome.stdout


@pytest.mark.parametrize("arguments", [[], ["swim"], ["serve", "--fast"], ["routes"], ["check", "a", "b"]])
def test_wrong_usage(tmp_path, arguments):
    outcome = wharf(*arguments, directory=tmp_path)
    assert outcome.code == 2
    assert outcome.stderr


# --- check


def test_check_prints_the_route_table(good):
    outcome = wharf("check", directory=good)
    assert outcome.code == 0, outcome
    for text in ("^message/?$", "chat/<str:room>/<int:number>/", "message", "probe", "hello"):
        assert text in outcome.stdout
    assert outcome.stdout.index("^message") < outcome.stdout.index("chat/") < outcome.stdout.index(".txt")


def test_check_takes_a_file(good):
    (good / "routes.yaml").rename(good / "other.yaml")
    assert wharf("check", "other.yaml", directory=good).code == 0
    assert wharf("check", directory=good).code == 1


def test_check_opens_no_port(good, serve):
    server = serve(configuration(routes=ROUTES))
    write(good, configuration(listen=f"127.0.0.1:{server.address[1]}", routes=ROUTES))
    assert wharf("check", directory=good).code == 0


def test_check_reports_every_problem(tmp_path):
    write(tmp_path, configuration(routes=[{"url": "^x$", "consumer": "nope"}, {"url": "(", "consumer": "message"}]))
    outcome = wharf("check", directory=tmp_path)
    assert outcome.code == 1
    assert len(re.findall(r"^routes\.yaml:\d+:\d+: ", outcome.stderr, re.M)) == 2, outcome.stderr


# --- routes


def test_routes_says_who_takes_a_path_and_why(good):
    outcome = wharf("routes", "/message/", directory=good)
    assert outcome.code == 0, outcome
    assert "^message/?$" in outcome.stdout and "message" in outcome.stdout


def test_routes_shows_captures(good):
    outcome = wharf("routes", "ws://host.test/chat/%E4%BD%A0/007/?x=1", directory=good)
    assert outcome.code == 0, outcome
    assert "你" in outcome.stdout and re.search(r"\b7\b", outcome.stdout)
    assert "probe" in outcome.stdout


def test_routes_shows_what_was_tried_before(good):
    outcome = wharf("routes", "/b.txt", directory=good)
    assert outcome.code == 0, outcome
    assert "^message/?$" in outcome.stdout


def test_routes_of_nobody(good):
    outcome = wharf("routes", "/nowhere", directory=good)
    assert outcome.code == 1


def test_routes_of_another_file(good):
    (good / "routes.yaml").rename(good / "other.yaml")
    assert wharf("routes", "/message", "--file", "other.yaml", directory=good).code == 0


# --- plugins


def test_plugins_of_the_path(good):
    outcome = wharf("plugins", directory=good)
    assert outcome.code == 0, outcome
    for text in ("message", "hello", "probe", "probe.v2", "1.0.0"):
        assert text in outcome.stdout


def test_plugins_of_a_directory(tmp_path):
    outcome = wharf("plugins", PLUGIN_PATH[0], directory=tmp_path)
    assert outcome.code == 0, outcome
    assert "message" in outcome.stdout and "hello" not in outcome.stdout


def test_broken_plugins_are_listed_with_their_reason(tmp_path):
    outcome = wharf("plugins", BUILD / "tests" / "plugins", directory=tmp_path)
    assert "wrong_major" in outcome.stdout + outcome.stderr
    assert "ABI" in outcome.stdout + outcome.stderr

"""`static:` changes while the server runs."""

import pytest

from harness.deadline import wait_until
from harness.probe import ECHO, ask
from harness.site import Site

BIG = 32 << 20  # more than the sockets between the two take


@pytest.fixture
def site(serve, tmp_path):
    return Site(serve, tmp_path)


@pytest.fixture
def pages(tmp_path):
    """Two directories of pages, by name."""
    directories = {}
    for name in ("one", "two"):
        directories[name] = tmp_path / name
        directories[name].mkdir()
        (directories[name] / "index.html").write_text(name, encoding="utf-8")
    with open(directories["one"] / "big.txt", "wb") as file:
        file.truncate(BIG)
    return directories


def page(site, path="/"):
    response = site.server.raw().get(path)
    return response.status, response.body


def wait_for_page(site, expected):
    wait_until(lambda: page(site) == expected, f"/ answers {expected}")


def test_pages_come_change_and_go(site, pages):
    client = site.server.open(ECHO)
    assert page(site)[0] == 404
    site.write(static={"/": str(pages["one"])})
    wait_for_page(site, (200, b"one"))
    site.write(static={"/": str(pages["two"]), "/old": str(pages["one"])})
    wait_for_page(site, (200, b"two"))
    assert page(site, "/old/") == (200, b"one")
    without = {key: value for key, value in site.config.items() if key != "static"}
    site.config = without
    site.write()
    wait_until(lambda: page(site)[0] == 404, "/ is gone")
    assert ask(client, "still here") == "still here"


def test_who_is_in_the_middle_of_a_file_gets_the_rest(site, pages):
    site.write(static={"/": str(pages["one"])})
    wait_for_page(site, (200, b"one"))
    client = site.server.raw()
    client.send(b"GET /big.txt HTTP/1.1\r\nHost: x\r\n\r\n")
    head = client.socket.recv(4096)
    assert head.startswith(b"HTTP/1.1 200 ")
    for name in ("two", "one", "two"):
        site.write(static={"/": str(pages[name])})
        wait_for_page(site, (200, name.encode()))
    got = len(head)
    while data := client.socket.recv(1 << 20):
        got += len(data)
    assert got > BIG


def test_many_changes_leave_nothing(site, pages):
    site.write(static={"/": str(pages["one"])})
    wait_for_page(site, (200, b"one"))
    for change in range(20):
        name = ("two", "one")[change % 2]
        site.write(static={"/": str(pages[name])})
        wait_for_page(site, (200, name.encode()))


def test_a_directory_that_is_not_there_changes_nothing(site, pages):
    site.write(static={"/": str(pages["one"])})
    wait_for_page(site, (200, b"one"))
    site.write(static={"/": str(pages["one"] / "nowhere")})
    site.server.wait_for_log("not taken up: .*nowhere")
    assert page(site) == (200, b"one")

"""`recheck`: a socket outlives its login by a bounded time, whatever ended that, by the word of a live
Django or of a site's own server."""

import contextlib
import json
import signal
import sqlite3
from pathlib import Path

import pytest

from harness.accounts_site import SECRET, django, page
from harness.deadline import wait_until
from harness.endpoint import Endpoint, Reply, user
from harness.probe import ECHO, probe_configuration, scope, wait_for_disconnects

pytest_plugins = ["harness.accounts_fixtures"]

SECRET_IN_CLEAR = "a secret stands in the file itself"


@pytest.fixture(scope="module")
def on_postgres(start_site, postgres):
    return start_site(database=postgres.django())


def checked(site, *others, **settings) -> dict:
    return probe_configuration(auth=[django(site, **{"recheck": "1 s", **settings}), *others])


@pytest.fixture
def endpoint():
    server = Endpoint()
    yield server
    server.stop()


def asking(endpoint, **settings) -> dict:
    forward = {"url": endpoint.url, "remember": 0, "timeout": "20 s", "recheck": "1 s", **settings}
    return probe_configuration(auth=[{"forward": forward}])


def enter(server, cookie: str):
    """An open socket, named by its cookie."""
    client = server.open(ECHO, also=page(cookie))
    assert scope(client)["user"]["method"] == "django"
    return client


def still_there(client):
    client.say("still here")
    assert client.text() == "still here"


def key_of(cookie: str) -> str:
    return cookie.partition("=")[2]


def wait_for_questions(postgres, cookie: str, count: int):
    """So many more look-ups of that session. The first may have been under way."""
    before = postgres.looked_up(key_of(cookie))
    wait_until(lambda: postgres.looked_up(key_of(cookie)) >= before + count, f"{count} look-ups", within=15)


@pytest.fixture
def server(serve, site):
    return serve(checked(site))


# --- What ends it.


def test_logging_out_closes_the_sockets_of_that_session(site, server):
    cookie, elsewhere = (site.log_in("alice", "first") for _ in range(2))
    other = enter(server, elsewhere)
    clients = [enter(server, cookie) for _ in range(3)]
    site.get("/logout", cookie)
    for client in clients:
        assert client.expect_close(4401, within=10) == "the login has ended: log in again"
    still_there(other)
    assert wait_for_disconnects(server, 3).all_codes == [4401] * 3
    server.wait_for_log("info .*route .probe/, user [0-9]+: .*closed with 4401")
    assert key_of(cookie) not in server.log()


CHANGES = {
    "another password": lambda site: site.set_user("alice", password="second"),
    "inactive": lambda site: site.set_user("alice", active="0"),
    "deleted": lambda site: site.delete_user("alice"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_end_of_an_account(site, server, change):
    site.set_user("bob", password="first", active="1")
    bob = enter(server, site.log_in("bob", "first"))
    client = enter(server, site.log_in("alice", "first"))
    change(site)
    client.expect_close(4401, within=10)
    still_there(bob)


def test_an_expired_session(site, server):
    client = enter(server, site.log_in("alice", "first"))
    with contextlib.closing(sqlite3.connect(site.database["NAME"])) as rows, rows:
        rows.execute("update django_session set expire_date = '2001-01-01 00:00:00'")
    client.expect_close(4401, within=10)


def test_a_cookie_that_is_the_session_itself(start_site, serve):
    site = start_site(engine="signed_cookies")
    server = serve(checked(site, engine="signed_cookies"))
    client = enter(server, site.log_in("alice", "first"))
    site.set_user("alice", active="0")
    client.expect_close(4401, within=10)


NO_LONGER = {
    "nobody": Reply(),
    "not logged in": Reply(401),
    "not allowed": Reply(403),
    "somebody else": user("bob"),
}


@pytest.mark.parametrize("reply", NO_LONGER.values(), ids=NO_LONGER)
def test_a_site_that_says_so(endpoint, serve, reply):
    server = serve(asking(endpoint))
    endpoint.answer = lambda request: user("alice")
    client = server.open(ECHO, also=page("session=x"))
    assert scope(client)["user"]["username"] == "alice"
    endpoint.answer = lambda request: reply
    client.expect_close(4401, within=10)
    first, last = endpoint.requests[0], endpoint.requests[-1]
    assert (last.path, last.headers) == (first.path, first.headers), "the same question"


async def test_a_client_nobody_here_wrote(site, server):
    cookie = site.log_in("alice", "first")
    host, port = server.address
    async with server.websocket(ECHO, extra_headers={"Cookie": cookie}, origin=f"http://{host}:{port}") as client:
        await client.send("scope")
        assert json.loads(await client.recv())["user"]["username"] == "alice"
        site.get("/logout", cookie)
        await client.wait_closed()
        assert client.close_code == 4401


# --- What does not.


def test_another_name_is_the_same_user(on_postgres, postgres, serve):
    server = serve(checked(on_postgres, database=postgres.wharf()))
    on_postgres.set_user("carol", password="first")
    cookie = on_postgres.log_in("carol", "first")
    client = enter(server, cookie)
    on_postgres.set_user("carol", rename="caroline")
    wait_for_questions(postgres, cookie, 3)
    assert scope(client)["user"]["username"] == "carol", "as the handshake said"
    on_postgres.get("/logout", cookie)
    client.expect_close(4401, within=10)


def test_never(site, serve):
    never, often = serve(checked(site, recheck=0)), serve(checked(site))
    cookie = site.log_in("alice", "first")
    kept, lost = enter(never, cookie), enter(often, cookie)
    site.get("/logout", cookie)
    lost.expect_close(4401, within=10)
    still_there(kept)


@pytest.mark.parametrize("unavailable", ["refuse", "anonymous"])
def test_a_file_that_is_away_for_a_while(site, serve, unavailable):
    server = serve(checked(site, unavailable=unavailable))
    cookie = site.log_in("alice", "first")
    client = enter(server, cookie)
    file = Path(site.database["NAME"])
    elsewhere = file.rename(file.with_suffix(".away"))
    try:
        server.allow("does not exist")
        server.wait_for_log("db.sqlite3 does not exist")
        still_there(client)
    finally:
        elsewhere.rename(file)
    server.wait_for_log("can be looked up again")
    still_there(client)
    site.get("/logout", cookie)
    client.expect_close(4401, within=10)


def test_a_database_that_is_away_for_a_while(on_postgres, postgres, serve):
    server = serve(checked(on_postgres, database=postgres.wharf()))
    cookie = on_postgres.log_in("alice", "first")
    client = enter(server, cookie)
    server.allow("the database site cannot be asked")
    postgres.stop()
    try:
        server.wait_for_log("the database site cannot be asked")
        still_there(client)
    finally:
        postgres.start()
    server.wait_for_log("can be looked up again", within=20)
    still_there(client)
    wait_until(lambda: on_postgres.get("/logout", cookie)[0] == 200, "Django is back, too")
    client.expect_close(4401, within=10)


@pytest.mark.parametrize("unavailable", ["refuse", "anonymous"])
def test_a_site_that_is_away_for_a_while(endpoint, serve, unavailable):
    server = serve(asking(endpoint, unavailable=unavailable))
    endpoint.answer = lambda request: user("alice")
    client = server.open(ECHO, also=page("session=x"))
    server.allow("until that ends")
    endpoint.answer = lambda request: Reply(502)
    server.wait_for_log("502.*until that ends")
    still_there(client)
    endpoint.answer = lambda request: user("alice")
    server.wait_for_log("answers again")
    still_there(client)
    endpoint.answer = lambda request: Reply(401)
    client.expect_close(4401, within=10)


# --- Its price.


def test_the_sockets_of_one_session_ask_once(on_postgres, postgres, serve):
    """Against a session with one socket, since both ask once in each period."""
    configuration = checked(on_postgres, database=postgres.wharf(), recheck="2 s", remember="1 s")
    server = serve({**configuration, "workers": 1})
    crowd, lone = (on_postgres.log_in("alice", "first") for _ in range(2))
    clients = [enter(server, crowd) for _ in range(200)] + [enter(server, lone)]
    before = {cookie: postgres.looked_up(key_of(cookie)) for cookie in (crowd, lone)}

    def asked(cookie) -> int:
        return postgres.looked_up(key_of(cookie)) - before[cookie]

    wait_until(lambda: asked(lone) >= 4, "four look-ups", within=30)
    assert asked(crowd) <= 5
    for client in clients:
        still_there(client)


# --- Changes of `auth`, and the end of the server.


def reload(server, configuration):
    server.rewrite(configuration)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log("taken up: ~ auth")


def test_a_rotated_key_ends_the_sessions_of_the_old_one(site, serve):
    server = serve(checked(site))
    server.allow(SECRET_IN_CLEAR)
    client = enter(server, site.log_in("alice", "first"))
    reload(server, checked(site, secret_key="the new key"))
    client.expect_close(4401, within=10)


def test_a_rotated_key_with_the_old_one_as_a_fallback(on_postgres, postgres, serve):
    settings = {"database": postgres.wharf()}
    server = serve(checked(on_postgres, **settings))
    server.allow(SECRET_IN_CLEAR)
    cookie = on_postgres.log_in("alice", "first")
    client = enter(server, cookie)
    reload(server, checked(on_postgres, secret_key="the new key", secret_key_fallbacks=[SECRET], **settings))
    wait_for_questions(postgres, cookie, 3)
    still_there(client)
    on_postgres.get("/logout", cookie)
    client.expect_close(4401, within=10)


def test_a_method_that_is_gone_names_nobody(site, serve):
    server = serve(checked(site))
    client = enter(server, site.log_in("alice", "first"))
    reload(server, probe_configuration(auth=["anonymous"]))
    client.expect_close(4401, within=10)


def test_the_end_while_questions_are_under_way(on_postgres, postgres, serve):
    server = serve(checked(on_postgres, database=postgres.wharf(), timeout="500 ms"))
    server.allow("the database site cannot be asked|could not be found out")
    cookie = on_postgres.log_in("alice", "first")
    leaving, staying = enter(server, cookie), enter(server, cookie)
    postgres.pause()
    try:
        server.wait_for_log("could not be found out within 500 ms")
        leaving.abort()
        wait_for_disconnects(server, 1)
        still_there(staying)
        server.stop()
    finally:
        postgres.go_on()
    wait_for_disconnects(server, 2)

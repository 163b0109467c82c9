"""The session of a Django names the user: with each engine, on SQLite, PostgreSQL and MariaDB."""

import contextlib
import sqlite3

import pytest

from harness.accounts_site import SECRET, django, page
from harness.deadline import wait_until
from harness.probe import ECHO, probe_configuration, scope

pytest_plugins = ["harness.accounts_fixtures", "harness.redis_fixtures"]

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]
MEMBERS = {"table": "members", "id": "number", "username": "email", "is_active": "enabled"}
SECRET_IN_CLEAR = "a secret stands in the file itself"


def user_of(server, cookie="", **options) -> dict:
    also = page(cookie) if cookie else []
    return scope(server.open(ECHO, also=also, **options))["user"]


def name_of(server, cookie="") -> str:
    return user_of(server, cookie)["username"]


@pytest.fixture
def server(serve, site):
    return serve(probe_configuration(auth=[django(site)]))


# --- Who it is.


def test_a_session_names_the_user(site, server):
    cookie = site.log_in("alice", "first")
    user = user_of(server, cookie)
    assert user["username"] == "alice"
    assert user["id"] == site.get("/user/alice")[1]
    assert user["is_authenticated"]


async def test_a_client_nobody_here_wrote(site, server):
    cookie = site.log_in("alice", "first")

    headers = {"Cookie": f"theme=dark; {cookie}; lang=de"}
    host, port = server.address
    async with server.websocket(ECHO, extra_headers=headers, origin=f"http://{host}:{port}") as client:
        await client.send("scope")
        assert '"alice"' in await client.recv()


def test_a_page_of_another_site_has_the_cookie_too(site, server):
    """A browser sends it along; the origin tells that it is not the site's page."""
    cookie = ("Cookie", site.log_in("alice", "first"))
    for origin in ([("Origin", "http://evil.test")], []):
        assert server.raw().ask(ECHO, also=[*origin, cookie]).status == 403


def test_without_a_session_the_visitor_is_anonymous(server):
    user = user_of(server)
    assert (user["username"], user["id"], user["is_authenticated"]) == ("", "", False)


def test_logging_out_ends_it(site, server):
    cookie = site.log_in("alice", "first")
    assert name_of(server, cookie) == "alice"
    site.get("/logout", cookie)
    assert name_of(server, cookie) == ""


def test_another_password_ends_it_and_the_session_stays(site, server):
    cookie = site.log_in("alice", "first")
    site.set_user("alice", password="second")
    assert name_of(server, cookie) == ""
    site.set_user("alice", password="first")
    # A new salt, so another hash: nobody is logged in, but the row is there as Django left it.
    assert name_of(server, cookie) == ""
    key = cookie.partition("=")[2]
    with contextlib.closing(sqlite3.connect(site.database["NAME"])) as rows:
        assert rows.execute("select count(*) from django_session where session_key = ?", [key]).fetchone() == (1,)


def test_an_inactive_user_is_anonymous_as_long_as_he_is(site, server):
    cookie = site.log_in("alice", "first")
    site.set_user("alice", active="0")
    assert name_of(server, cookie) == ""
    site.set_user("alice", active="1")
    assert name_of(server, cookie) == "alice"


def test_an_expired_session_is_none(site, server):
    cookie = site.log_in("alice", "first")
    with contextlib.closing(sqlite3.connect(site.database["NAME"])) as rows, rows:
        rows.execute("update django_session set expire_date = '2001-01-01 00:00:00'")
    assert name_of(server, cookie) == ""
    with contextlib.closing(sqlite3.connect(site.database["NAME"])) as rows, rows:
        rows.execute("update django_session set expire_date = '9999-12-31 23:59:59'")
    assert name_of(server, cookie) == "alice"


def test_a_rotated_key_is_believed_as_a_fallback(site, serve):
    cookie = site.log_in("alice", "first")
    rotated = {"secret_key": "the new key"}
    without = serve(probe_configuration(auth=[django(site, **rotated)]))
    with_it = serve(probe_configuration(auth=[django(site, **rotated, secret_key_fallbacks=[SECRET])]))
    for server in (without, with_it):
        server.allow(SECRET_IN_CLEAR)
    assert name_of(without, cookie) == ""
    assert name_of(with_it, cookie) == "alice"
    assert "the new key" not in without.log() and SECRET not in with_it.log()


def test_methods_are_asked_in_their_order(site, serve):
    header = {"header": {"name": "X-Remote-User", "trust": ["127.0.0.1"]}}
    server = serve(probe_configuration(auth=[django(site), header, "anonymous"]))
    cookie = site.log_in("alice", "first")
    bob = ("X-Remote-User", "bob")
    for session, name in ((cookie, "alice"), ("sessionid=" + "0" * 32, "bob")):
        assert scope(server.open(ECHO, also=[*page(session), bob]))["user"]["username"] == name


# --- Engines.


def engine_settings(engine, site, redis):
    settings = {"engine": engine}
    if engine in ("cache", "cached_db"):
        settings |= {"cache": f"redis://127.0.0.1:{redis.port}/1", "key_prefix": "site"}
    if engine == "file":
        settings["session_directory"] = str(site.directory)
    return settings


@pytest.mark.parametrize("engine", ENGINES)
def test_engines(engine, start_site, serve, redis, tmp_path_factory):
    options = {}
    if engine in ("cache", "cached_db"):
        location = f"redis://127.0.0.1:{redis.port}/1"
        options["CACHE"] = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": location, "KEY_PREFIX": "site"}
    if engine == "file":
        options["SESSION_FILE_PATH"] = str(tmp_path_factory.mktemp("sessions"))
    site = start_site(engine=engine, **options)
    settings = engine_settings(engine, site, redis)
    if engine == "file":
        settings["session_directory"] = options["SESSION_FILE_PATH"]
    server = serve(probe_configuration(auth=[django(site, **settings)]))
    cookie = site.log_in("alice", "first")
    assert name_of(server, cookie) == "alice"
    # In one character of the signature, or of the key.
    assert name_of(server, cookie[:-1] + ("a" if cookie[-1] != "a" else "b")) == ""
    if engine == "cached_db":
        redis.client().flushall()
        assert name_of(server, cookie) == "alice", "the row is still there"
    site.set_user("alice", active="0")
    assert name_of(server, cookie) == ""
    site.set_user("alice", active="1")
    if engine != "signed_cookies":  # that cookie is good until it is too old
        site.get("/logout", cookie)
        assert name_of(server, cookie) == ""


# --- Bad input.


BAD_KEYS = [
    "short",
    "T5CQKJUFAC4JWIRP141LKZSFLPN9QS8K",
    "../../../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "' or '1'='1' -- aaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%",
    "a" * 41,
    "\\000\\001\\002\\003\\004\\005\\006\\007",
    '"' + "a" * 32,
]


@pytest.mark.parametrize("engine", ["db", "file", "signed_cookies"])
def test_bad_cookies_are_nobody(engine, site, serve, tmp_path):
    settings = {"engine": engine, **({"session_directory": str(tmp_path)} if engine == "file" else {})}
    server = serve(probe_configuration(auth=[django(site, **settings)]))
    for key in BAD_KEYS:
        assert name_of(server, f"sessionid={key}") == "", key
    assert name_of(server, "sessionid") == ""
    assert name_of(server, ";" * 1000) == ""


def test_an_upper_case_key_is_another(site, server):
    cookie = site.log_in("alice", "first")
    name, _, key = cookie.partition("=")
    assert name_of(server, f"{name}={key.upper()}") == ""


def test_a_cookie_of_100_kilobytes(site, serve):
    cookie = site.log_in("alice", "first")
    server = serve(probe_configuration(auth=[django(site)], limits={"head": "256 KiB"}))
    assert name_of(server, f"big={'x' * 100_000}; {cookie}") == "alice"
    assert name_of(server, f"sessionid={'x' * 100_000}") == ""


def test_of_two_cookies_of_one_name_the_last_counts(site, server):
    cookie = site.log_in("alice", "first")
    assert name_of(server, f"sessionid=00000000; {cookie}") == "alice"
    assert name_of(server, f"{cookie}; sessionid=00000000") == ""


def test_a_pickle_that_would_run_something_is_refused_by_name(start_site, serve, redis):
    site = start_site(engine="cache", CACHE={
        "BACKEND": "django_redis.cache.RedisCache", "LOCATION": f"redis://127.0.0.1:{redis.port}/1",
    })
    settings = {"engine": "cache", "cache": f"redis://127.0.0.1:{redis.port}/1"}
    server = serve(probe_configuration(auth=[django(site, **settings)]))
    server.allow("a session in the cache")
    key = "0123456789abcdef0123456789abcdef"
    with redis.client() as client:
        client.execute_command("SELECT", 1)
        client.set(f":1:django.contrib.sessions.cache{key}", b"cos\nsystem\n(S'touch /tmp/never'\ntR.")
    assert name_of(server, f"sessionid={key}") == ""
    server.wait_for_log("a session in the cache .* GLOBAL")
    assert key not in server.log()


# --- A user model of the site's own.


def test_another_user_model(start_site, serve):
    site = start_site(AUTH_USER_MODEL="accounts.Member")
    server = serve(probe_configuration(auth=[django(site, user=MEMBERS)]))
    cookie = site.log_in("alice", "first")
    user = user_of(server, cookie)
    assert user["username"] == "alice"
    assert user["id"] == site.get("/user/alice")[1]
    site.set_user("alice", active="0")
    assert name_of(server, cookie) == ""


# --- PostgreSQL, and a database that is not there.


def test_a_database_server(start_site, serve, database):
    site = start_site(database=database.django())
    server = serve(probe_configuration(auth=[django(site, database=database.wharf())]))
    cookie = site.log_in("alice", "first")
    assert name_of(server, cookie) == "alice"
    assert name_of(server, "sessionid=" + "0" * 32) == ""
    site.set_user("alice", active="0")
    assert name_of(server, cookie) == ""
    site.set_user("alice", active="1")
    assert name_of(server, cookie) == "alice"

    # It goes, and comes back.
    server.allow("the database site cannot be asked")
    database.stop()
    response = server.raw().ask(ECHO, also=page(cookie))
    assert response.status == 503
    assert name_of(server) == "", "who has no session needs no database"
    server.wait_for_log("the database site cannot be asked: .*refused with 503 until it can")
    database.start()
    wait_until(lambda: name_of(server, cookie) == "alice", "it is asked again")
    server.wait_for_log("can be looked up again")


def test_a_database_that_is_slow_is_not_waited_for(start_site, serve, database):
    site = start_site(database=database.django())
    settings = {"database": database.wharf(), "timeout": "500 ms", "unavailable": "anonymous"}
    server = serve(probe_configuration(auth=[django(site, **settings)]))
    server.allow("the database site cannot be asked|could not be found out")
    cookie = site.log_in("alice", "first")
    wait_until(lambda: name_of(server, cookie) == "alice", "the first look-up is in time")
    database.pause()
    try:
        assert name_of(server, cookie) == ""
        server.wait_for_log("could not be found out within 500 ms: visitors with a session are anonymous")
    finally:
        database.go_on()
    wait_until(lambda: name_of(server, cookie) == "alice", "it is asked again")


def test_a_missing_table_is_told_once(site, serve):
    cookie = site.log_in("alice", "first")
    server = serve(probe_configuration(auth=[django(site, session_table="no_such_table")]))
    server.allow("no such table: no_such_table")
    for _ in range(3):
        assert server.raw().ask(ECHO, also=page(cookie)).status == 503
    server.wait_for_log("no such table: no_such_table")
    assert server.log().count("no such table") == 1
    assert cookie.partition("=")[2] not in server.log()


def test_a_missing_database_is_not_made(site, serve, tmp_path):
    nowhere = tmp_path / "none.sqlite3"
    database = {"engine": "sqlite3", "name": str(nowhere)}
    server = serve(probe_configuration(auth=[django(site, database=database, unavailable="anonymous")]))
    server.allow("does not exist")
    assert name_of(server, "sessionid=" + "0" * 32) == ""
    server.wait_for_log("none.sqlite3 does not exist: visitors with a session are anonymous")
    assert not nowhere.exists()


# --- Many at once.


def test_a_storm_with_one_session_is_one_question(start_site, serve, postgres):
    site = start_site(database=postgres.django())
    server = serve(probe_configuration(auth=[django(site, database=postgres.wharf(), remember="1 min")]))
    cookie = site.log_in("alice", "first")
    postgres.sql("select pg_stat_reset()")
    clients = [server.raw() for _ in range(200)]
    for client in clients:
        client.send(client.handshake(ECHO, also=page(cookie)))
    assert {scope(client)["user"]["username"] for client in map(accepted, clients)} == {"alice"}
    # Known for a minute, whatever becomes of the database.
    postgres.stop()
    try:
        assert name_of(server, cookie) == "alice"
    finally:
        postgres.start()


def accepted(client):
    client.check_101(client.response(body=False))
    return client

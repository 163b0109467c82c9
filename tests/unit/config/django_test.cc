#include <doctest/doctest.h>

#include <string>

#include "config/django_auth.h"
#include "config/same.h"
#include "files.h"

using namespace wharf::config;
using Engine = DjangoAuth::Engine;

namespace {

const std::string needed = "secret_key: s, database: {engine: sqlite3, name: db.sqlite3}";

DjangoAuth django_of(const std::string& text) {
  const Config config = load_good(with_route("auth: [django: {" + text + "}]"));
  REQUIRE(config.auth.size() == 1);
  REQUIRE(config.auth[0].kind == AuthMethod::Kind::Django);
  REQUIRE(config.auth[0].django);
  return *config.auth[0].django;
}

std::string problem_with(const std::string& text) { return problem_of("auth: [django: {" + text + "}]"); }

}  // namespace

TEST_CASE("django has the defaults of Django") {
  const DjangoAuth django = django_of(needed);
  CHECK(django.engine == Engine::Db);
  CHECK(django.secrets == std::vector<std::string>{"s"});
  CHECK(django.clear_secrets.size() == 1);
  CHECK(django.cookie == "sessionid");
  CHECK(django.cookie_age == std::chrono::hours(24 * 14));
  CHECK(django.session_table == "django_session");
  CHECK(django.user == UserTable{});
  CHECK(django.backends == std::vector<std::string>{"django.contrib.auth.backends.ModelBackend"});
  CHECK(django.database.name.starts_with('/'));
  CHECK(django.database.name.ends_with("/db.sqlite3"));
  CHECK(django.use_tz);
  CHECK(django.limits.remember == std::chrono::seconds(1));
  CHECK(django.limits.recheck == std::chrono::minutes(1));
  CHECK_FALSE(django.limits.anonymous_without);
}

TEST_CASE("every key of django is read") {
  Files files;
  files.write("key", "from a file\n");
  files.write("routes.yaml", with_route(R"(auth:
  - django:
      secret_key: {file: key}
      secret_key_fallbacks: [old, {file: key}]
      engine: django.contrib.sessions.backends.cached_db
      cookie: sid
      cookie_age: 1 h
      database: {engine: postgresql, name: site, user: me, password: {file: key}, host: db.test, port: 5433}
      session_table: web.sessions
      user: {table: web.members, id: number, username: email, password: hash, is_active: ~}
      backends: [a.B, c.D]
      use_tz: false
      cache: redis://127.0.0.1:6380/2
      key_prefix: site
      version: 2
      connections: 8
      timeout: 2 s
      remember: 0
      recheck: 5 min
      unavailable: anonymous)"));
  const auto config = files.load();
  if (!config) FAIL(config.error().front().text());
  const DjangoAuth& django = *config->auth.at(0).django;
  CHECK(django.secrets == std::vector<std::string>{"from a file", "old", "from a file"});
  CHECK(django.clear_secrets.size() == 1);
  CHECK(django.engine == Engine::CachedDb);
  CHECK(django.cookie == "sid");
  CHECK(django.cookie_age == std::chrono::hours(1));
  CHECK(django.database ==
        Database{Database::Engine::PostgreSql, "site", "me", "from a file", "db.test", 5433});
  CHECK(django.session_table == "web.sessions");
  CHECK(django.user == UserTable{"web.members", "number", "email", "hash", ""});
  CHECK(django.backends == std::vector<std::string>{"a.B", "c.D"});
  CHECK_FALSE(django.use_tz);
  CHECK(django.cache.text == "redis://127.0.0.1:6380/2");
  CHECK(django.key_prefix == "site");
  CHECK(django.version == 2);
  CHECK(django.limits.connections == 8);
  CHECK(django.limits.timeout == std::chrono::seconds(2));
  CHECK(django.limits.remember == std::chrono::seconds(0));
  CHECK(django.limits.recheck == std::chrono::minutes(5));
  CHECK(django.limits.anonymous_without);
}

TEST_CASE("what is wrong with django has a place and a remedy") {
  CHECK(problem_of("auth: [django]") ==
        "routes.yaml:1:8: `django` needs settings: write {django: {secret_key: {file: PATH}, database: "
        "{engine: "
        "sqlite3, name: PATH}}}");
  CHECK(
      problem_with("database: {engine: sqlite3, name: a}") ==
      "routes.yaml:1:16: `django` has no `secret_key`: add Django's SECRET_KEY: secret_key: {file: PATH} or "
      "{env: NAME}");
  CHECK(problem_with("secret_key: s") ==
        "routes.yaml:1:16: `django` has no `database`: add the one that has the users: database: {engine: "
        "sqlite3, name: db.sqlite3}");
  CHECK(problem_with(needed + ", engin: db") ==
        "routes.yaml:1:79: unknown key `engin` in `django`: did you mean `engine`?");
  CHECK(problem_with(needed + ", cache: redis")
            .starts_with("routes.yaml:1:79: `cache` belongs to `engine: cache` or `cached_db`"));
  CHECK(
      problem_with(needed + ", engine: cache") ==
      "routes.yaml:1:16: `django` has no `cache`: add the Redis of CACHES: cache: redis://127.0.0.1:6379/1");
  CHECK(problem_with(needed + ", session_table: a;b") ==
        "routes.yaml:1:94: `session_table` is no name of a table: `a;b`: write it with letters, digits and "
        "`_`, "
        "without quotes");
  CHECK(
      problem_with(needed + ", user: {id: a.b}") ==
      "routes.yaml:1:90: `id` is no name of a column: `a.b`: write it with letters, digits and `_`, without "
      "quotes");
  CHECK(problem_with("secret_key: s, database: {engine: sqlite3, name: a, host: b}") ==
        "routes.yaml:1:69: `host` belongs to a database server: remove it: sqlite3 is a file, which `name` "
        "names");
  CHECK(problem_with("secret_key: s, database: {name: a}") ==
        "routes.yaml:1:42: `database` has no `engine`: add `engine: sqlite3`, `postgresql` or `mysql`");
}

TEST_CASE("sessions of open connections are looked up again, never, or not too often") {
  CHECK(django_of(needed + ", recheck: 0").limits.recheck == std::chrono::seconds(0));
  CHECK(django_of(needed + ", recheck: 1 s").limits.recheck == std::chrono::seconds(1));
  CHECK(problem_with(needed + ", recheck: 200 ms").find("`recheck`") != std::string::npos);
  CHECK(problem_with(needed + ", recheck: 2 d").find("`recheck`") != std::string::npos);
  Config config =
      load_good(with_route("auth: [django: {" + needed + "}, django: {" + needed + ", recheck: 0}]"));
  CHECK_FALSE(same(config.auth[0], config.auth[1]));
}

TEST_CASE("no message about a secret shows it") {
  for (const char* text :
       {"secret_key: [hush], database: {engine: sqlite3, name: a}",
        "secret_key: a, secret_key_fallbacks: hush, database: {engine: sqlite3, name: a}"}) {
    CHECK(problem_with(text).find("hush") == std::string::npos);
    CHECK(problem_with(text) != "no problem");
  }
}

TEST_CASE("two methods are the same when they say the same") {
  const Config config = load_good(with_route("auth: [django: {" + needed + "}, django: {" + needed +
                                             "}, django: {" + needed + ", cookie: other}, anonymous]"));
  AuthMethod copy = config.auth.at(0);
  copy.django = std::make_shared<DjangoAuth>(*copy.django);
  CHECK(same(config.auth[0], copy));
  CHECK(same(config.auth[0], config.auth[1]));
  CHECK_FALSE(same(config.auth[0], config.auth[2]));
  CHECK_FALSE(same(config.auth[0], config.auth[3]));
}

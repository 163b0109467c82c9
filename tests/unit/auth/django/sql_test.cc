#include "auth/django/sql.h"

#include <doctest/doctest.h>

using namespace wharf;
using namespace wharf::auth::django;
using Engine = config::Database::Engine;

TEST_CASE("names are quoted as the database wants, values are parameters") {
  config::DjangoAuth settings;
  CHECK(session_query(settings) ==
        R"(select session_data, expire_date from "django_session" where session_key = :key)");
  CHECK(
      user_query(settings) ==
      R"(select "username", "password", case when "is_active" then '1' else '0' end from "auth_user" where "id" = :id)");
  settings.database.engine = Engine::PostgreSql;
  settings.session_table = "accounts.sessions";
  CHECK(
      session_query(settings) ==
      R"(select session_data, to_char(expire_date at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') from "accounts"."sessions" where session_key = :key)");
  settings.database.engine = Engine::MySql;
  settings.user = {"members", "number", "email", "password", ""};
  CHECK(user_query(settings) == "select `email`, `password`, '1' from `members` where `number` = :id");
}

TEST_CASE("what stands in a connection's settings cannot end them") {
  config::Database database{Engine::PostgreSql, "site", "django", R"(a' b\c)", "/run/postgresql", 5433};
  const std::string text = connect_string(database, std::chrono::milliseconds(1500));
  CHECK(text.starts_with(
      R"(dbname='site' host='/run/postgresql' port=5433 user='django' password='a\' b\\c' connect_timeout=2 )"));
  database.engine = Engine::MySql;
  CHECK(
      connect_string(database, std::chrono::milliseconds(1500)) ==
      R"(db='site' charset=utf8mb4 unix_socket='/run/postgresql' port=5433 user='django' password='a\' b\\c' )"
      "connect_timeout=2 read_timeout=2 write_timeout=2");
  database = {Engine::Sqlite, "/srv/my site.db", "", "", "", 0};
  CHECK(connect_string(database, std::chrono::milliseconds(100)) ==
        R"(dbname="/srv/my site.db" readonly=true timeout=1)");
}

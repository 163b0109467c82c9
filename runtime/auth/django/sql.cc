#include "auth/django/sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace wharf::auth::django {

namespace {

using Engine = config::Database::Engine;

// "schema.table" is two names.
std::string quote_name(const config::Database& database, std::string_view name) {
  const char mark = database.engine == Engine::MySql ? '`' : '"';
  std::string quoted;
  for (char c : name) quoted += c == '.' ? fmt::format("{}.{}", mark, mark) : std::string(1, c);
  return fmt::format("{}{}{}", mark, quoted, mark);
}

// For libpq and for SOCI's MySQL: anything between single quotes, with \ before ' and \.
std::string quote_value(std::string_view value) {
  std::string quoted = "'";
  for (char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// SOCI's SQLite knows quotes and no escape.
std::string quote_path(std::string_view value) {
  const char mark = value.find('"') == std::string_view::npos ? '"' : '\'';
  return fmt::format("{}{}{}", mark, value, mark);
}

long long whole_seconds(config::Duration timeout) {
  return std::max<long long>(1, std::chrono::ceil<std::chrono::seconds>(timeout).count());
}

std::string postgresql(const config::Database& database, config::Duration timeout) {
  std::string text = fmt::format("dbname={} ", quote_value(database.name));
  if (!database.host.empty()) text += fmt::format("host={} ", quote_value(database.host));
  if (database.port != 0) text += fmt::format("port={} ", database.port);
  if (!database.user.empty()) text += fmt::format("user={} ", quote_value(database.user));
  if (!database.password.empty()) text += fmt::format("password={} ", quote_value(database.password));
  // A host that has vanished is noticed by TCP.
  return text + fmt::format(
                    "connect_timeout={} tcp_user_timeout={} keepalives_idle=10 keepalives_interval=5 "
                    "application_name=wharf client_encoding=UTF8",
                    std::max<long long>(2, whole_seconds(timeout)), timeout.count());
}

std::string mysql(const config::Database& database, config::Duration timeout) {
  std::string text = fmt::format("db={} charset=utf8mb4 ", quote_value(database.name));
  if (database.host.starts_with('/')) {
    text += fmt::format("unix_socket={} ", quote_value(database.host));
  } else if (!database.host.empty()) {
    text += fmt::format("host={} ", quote_value(database.host));
  }
  if (database.port != 0) text += fmt::format("port={} ", database.port);
  if (!database.user.empty()) text += fmt::format("user={} ", quote_value(database.user));
  if (!database.password.empty()) text += fmt::format("password={} ", quote_value(database.password));
  const long long seconds = whole_seconds(timeout);
  return text + fmt::format("connect_timeout={0} read_timeout={0} write_timeout={0}", seconds);
}

}  // namespace

std::string backend_name(const config::Database& database) {
  switch (database.engine) {
    case Engine::PostgreSql:
      return "postgresql";
    case Engine::MySql:
      return "mysql";
    case Engine::Sqlite:
      break;
  }
  return "sqlite3";
}

std::string connect_string(const config::Database& database, config::Duration timeout) {
  switch (database.engine) {
    case Engine::PostgreSql:
      return postgresql(database, timeout);
    case Engine::MySql:
      return mysql(database, timeout);
    case Engine::Sqlite:
      break;
  }
  // `timeout` is for a lock that Django holds.
  return fmt::format("dbname={} readonly=true timeout={}", quote_path(database.name), whole_seconds(timeout));
}

std::string session_query(const config::DjangoAuth& settings) {
  const config::Database& database = settings.database;
  // The date as a text in UTC or in the naive time that Django wrote, which is read by one function then.
  const char* expires = "expire_date";
  if (database.engine == Engine::PostgreSql) {
    expires = "to_char(expire_date at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')";
  } else if (database.engine == Engine::MySql) {
    expires = "cast(expire_date as char)";
  }
  return fmt::format("select session_data, {} from {} where session_key = :key", expires,
                     quote_name(database, settings.session_table));
}

std::string user_query(const config::DjangoAuth& settings) {
  const config::Database& database = settings.database;
  const config::UserTable& user = settings.user;
  const auto name = [&](const std::string& column) { return quote_name(database, column); };
  const std::string active = user.is_active.empty()
                                 ? "'1'"
                                 : fmt::format("case when {} then '1' else '0' end", name(user.is_active));
  return fmt::format("select {}, {}, {} from {} where {} = :id", name(user.username), name(user.password),
                     active, name(user.table), name(user.id));
}

std::string set_up_statement(const config::Database& database, config::Duration timeout) {
  // Not as an option of the connection, which poolers refuse. The others have the timeouts of their sockets.
  if (database.engine != Engine::PostgreSql) return {};
  return fmt::format("set statement_timeout = {}", timeout.count());
}

}  // namespace wharf::auth::django

// `django` in `auth:`: the sessions of a Django site, in the terms of its settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/inquiry_limits.h"

namespace wharf::config {

// The entry of DATABASES that has the tables.
struct Database {
  enum class Engine { Sqlite, PostgreSql, MySql };
  Engine engine = Engine::Sqlite;
  std::string name;  // Sqlite: an absolute path
  std::string user;
  std::string password;
  std::string
      host;  // a name, an address, or the directory (MySql: the file) of a unix socket; "" is the default
  uint16_t port = 0;  // 0 is the default of the database
  bool operator==(const Database&) const = default;
};

// Where AUTH_USER_MODEL keeps what is asked of a user. Names are letters, digits and `_`; that of a table may
// have a schema in front of a dot.
struct UserTable {
  std::string table = "auth_user";
  std::string id = "id";
  std::string username = "username";  // USERNAME_FIELD
  std::string password = "password";
  std::string is_active = "is_active";  // "": the model has none, and everybody is active
  bool operator==(const UserTable&) const = default;
};

struct DjangoAuth {
  enum class Engine { Db, CachedDb, Cache, File, SignedCookies };
  Engine engine = Engine::Db;
  std::vector<std::string> secrets;  // SECRET_KEY, then SECRET_KEY_FALLBACKS
  std::string cookie = "sessionid";
  std::chrono::seconds cookie_age{1'209'600};
  Database database;
  std::string session_table = "django_session";
  UserTable user;
  std::vector<std::string> backends = {"django.contrib.auth.backends.ModelBackend"};
  RedisHost cache;
  std::string key_prefix;
  uint64_t version = 1;
  std::filesystem::path session_directory = "/tmp";  // absolute
  bool use_tz = true;

  InquiryLimits limits;  // each connection is one to the database and one to the cache

  std::vector<Position> clear_secrets;  // that stand in the file themselves
};

}  // namespace wharf::config

// One connection to the database that has the users, and mostly the sessions, of a Django.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "auth/django/login.h"
#include "config/django_auth.h"
#include "telemetry/error.h"

namespace wharf::auth::django {

// [pool] Used by one thread. It connects when it is first asked, and again after whatever went wrong; an
// error names the database and the reason, and holds no password and no key of a session.
class Database {
 public:
  struct SessionRow {
    std::string data;     // signed
    std::string expires;  // a date, see iso_date.h
  };

  // `settings` outlives it.
  explicit Database(const config::DjangoAuth& settings);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<std::optional<SessionRow>> find_session(const std::string& key);
  Result<std::optional<User>> find_user(const std::string& id);

 private:
  struct Connection;

  // Runs `ask` with a connection. One that was kept may have died of old age: then with a new one.
  Result<void> ask(const std::function<void(Connection&)>& query);
  Result<void> ask_once(const std::function<void(Connection&)>& query);

  const config::DjangoAuth& settings_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace wharf::auth::django

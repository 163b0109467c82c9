// From the value of a session cookie to a user, with every engine. It asks databases, caches and files, and
// waits for them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "auth/django/database.h"
#include "auth/django/redis_cache.h"
#include "auth/django/session.h"
#include "auth/inquiry/answerer.h"
#include "config/django_auth.h"
#include "telemetry/error.h"

namespace wharf::auth::django {

// [pool] Nothing that it finds wrong with a session is written anywhere: what is wrong may be wharf's
// configuration.
class Lookup : public inquiry::Answerer {
 public:
  // Whatever is worth telling and does not keep it from answering.
  using Note = std::function<void(const std::string&)>;

  // `settings` outlives it.
  Lookup(const config::DjangoAuth& settings, Note note);

  // The question is the value of the cookie.
  Result<inquiry::Answer> answer(const std::string& cookie_value) override;

 private:
  using Found = Result<std::optional<Session>>;

  Found find_session(const std::string& cookie_value);
  Found find_row(const std::string& key);
  Found find_cached(const std::string& key, const char* engine);
  Found find_cached_or_row(const std::string& key);
  Found find_file(const std::string& key);
  std::optional<Session> read_cookie(const std::string& value) const;
  std::optional<Session> read_stored(const std::string& signed_text) const;

  const config::DjangoAuth& settings_;
  Note note_;
  Database database_;
  RedisCache cache_;
};

}  // namespace wharf::auth::django

#include "auth/django/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "auth/django/iso_date.h"
#include "auth/django/login.h"
#include "auth/django/pickle.h"
#include "auth/django/session_file.h"
#include "auth/django/session_key.h"
#include "auth/django/signed_value.h"

namespace wharf::auth::django {

namespace {

using Engine = config::DjangoAuth::Engine;
using inquiry::Answer;

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

NaiveTime naive_time(const config::DjangoAuth& settings) {
  return settings.use_tz ? NaiveTime::Utc : NaiveTime::Local;
}

}  // namespace

Lookup::Lookup(const config::DjangoAuth& settings, Note note)
    : settings_(settings),
      note_(std::move(note)),
      database_(settings),
      cache_(settings.cache, settings.limits.timeout) {}

Result<Answer> Lookup::answer(const std::string& cookie_value) {
  const Found session = find_session(cookie_value);
  if (!session) return tl::make_unexpected(session.error());
  if (!*session || !(*session)->login) return Answer{};
  const Login& login = *(*session)->login;
  const std::vector<std::string>& backends = settings_.backends;
  if (std::find(backends.begin(), backends.end(), login.backend) == backends.end()) return Answer{};
  const Result<std::optional<User>> user = database_.find_user(login.user_id);
  if (!user) return tl::make_unexpected(user.error());
  if (!*user || !still_holds(login, **user, settings_.secrets)) return Answer{};
  return Answer{Answer::Kind::User, (*user)->id, (*user)->username};
}

Lookup::Found Lookup::find_session(const std::string& cookie_value) {
  if (settings_.engine == Engine::SignedCookies) return read_cookie(cookie_value);
  if (!is_session_key(cookie_value)) return std::nullopt;
  switch (settings_.engine) {
    case Engine::CachedDb:
      return find_cached_or_row(cookie_value);
    case Engine::Cache:
      return find_cached(cookie_value, "cache");
    case Engine::File:
      return find_file(cookie_value);
    default:
      return find_row(cookie_value);
  }
}

std::optional<Session> Lookup::read_cookie(const std::string& value) const {
  const std::optional<SignedValue> content = unsign(value, cookie_session_salt, settings_.secrets);
  if (!content) return std::nullopt;
  // A time to come is fine: the clocks of two machines differ.
  if (now() - static_cast<double>(content->signed_at) > static_cast<double>(settings_.cookie_age.count())) {
    return std::nullopt;
  }
  const std::optional<SessionValues> values = read_json_session(content->json);
  return values ? make_session(*values, naive_time(settings_)) : std::nullopt;
}

std::optional<Session> Lookup::read_stored(const std::string& signed_text) const {
  const std::optional<SignedValue> content = unsign(signed_text, stored_session_salt, settings_.secrets);
  const std::optional<SessionValues> values = content ? read_json_session(content->json) : std::nullopt;
  return values ? make_session(*values, naive_time(settings_)) : std::nullopt;
}

Lookup::Found Lookup::find_row(const std::string& key) {
  const Result<std::optional<Database::SessionRow>> row = database_.find_session(key);
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return std::nullopt;
  const std::optional<int64_t> expires = read_iso_date((*row)->expires, naive_time(settings_));
  if (!expires || static_cast<double>(*expires) <= now()) return std::nullopt;
  return read_stored((*row)->data);
}

Lookup::Found Lookup::find_cached(const std::string& key, const char* engine) {
  const std::string name = fmt::format("django.contrib.sessions.{}{}", engine, key);
  const Result<std::optional<std::string>> entry =
      cache_.get(cache_key(settings_.key_prefix, settings_.version, name));
  if (!entry) return tl::make_unexpected(entry.error());
  if (!*entry || (*entry)->size() > largest_session) return std::nullopt;
  const Result<SessionValues> values = read_pickle(**entry);
  if (!values) {
    note_(
        fmt::format("a session in the cache {} is not read: {}", settings_.cache.text, values.error().text));
    return std::nullopt;
  }
  return make_session(*values, naive_time(settings_));
}

// As Django: whatever is wrong with the cache, the row is right.
Lookup::Found Lookup::find_cached_or_row(const std::string& key) {
  Found cached = find_cached(key, "cached_db");
  if (!cached) note_(cached.error().text);
  return cached && *cached ? cached : find_row(key);
}

Lookup::Found Lookup::find_file(const std::string& key) {
  const Result<std::optional<SessionFile>> file =
      read_session_file(settings_.session_directory, settings_.cookie, key);
  if (!file) return tl::make_unexpected(file.error());
  if (!*file) return std::nullopt;
  const std::optional<Session> session = read_stored((*file)->content);
  if (!session) return std::nullopt;
  const int64_t age = session->expiry_age.value_or(settings_.cookie_age.count());
  const int64_t expires = session->expiry_date.value_or((*file)->changed + age);
  if (static_cast<double>(expires) <= now()) return std::nullopt;
  return session;
}

}  // namespace wharf::auth::django

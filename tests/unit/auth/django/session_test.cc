#include "auth/django/session.h"

#include <doctest/doctest.h>

#include "auth/django/iso_date.h"
#include "auth/django/login.h"
#include "auth/django/pickle.h"
#include "auth/django/session_key.h"
#include "auth/django/signed_value.h"
#include "vectors.h"

using namespace wharf::auth::django;

namespace {

std::optional<Session> from_json(std::string_view json) {
  const auto values = read_json_session(json);
  return values ? make_session(*values, NaiveTime::Utc) : std::nullopt;
}

Session from_signed(const std::string& text, std::string_view salt, const std::string& secret) {
  const auto value = unsign(text, salt, {secret});
  REQUIRE(value);
  const auto session = from_json(value->json);
  REQUIRE(session);
  return *session;
}

}  // namespace

TEST_CASE("the auth hash is Django's") {
  for (const auto& vector : read_vectors("auth_hash.json", "vectors")) {
    CHECK(auth_hash(vector.at("password_field").get<std::string>(), vector.at("secret").get<std::string>()) ==
          vector.at("auth_hash").get<std::string>());
  }
}

TEST_CASE("real logins are believed, with every engine") {
  const auto recorded = read_vectors("recorded_logins.json", "recorded");
  for (const auto& [engine, left] : recorded.items()) {
    CAPTURE(engine);
    const std::string secret = left.at("secret");
    std::vector<Session> sessions;
    if (left.contains("session_row")) {
      sessions.push_back(from_signed(left.at("session_row").at("session_data"), stored_session_salt, secret));
    }
    if (left.contains("file")) {
      sessions.push_back(from_signed(left.at("file").at("content"), stored_session_salt, secret));
    }
    if (engine == "signed_cookies") {
      const std::string cookie = left.at("cookie");
      sessions.push_back(from_signed(cookie.substr(cookie.find('=') + 1), cookie_session_salt, secret));
    }
    if (left.contains("redis")) {
      const auto values = read_pickle(from_hex(left.at("redis").at("value_hex").get<std::string>()));
      REQUIRE(values);
      sessions.push_back(*make_session(*values, NaiveTime::Utc));
    }
    REQUIRE_FALSE(sessions.empty());
    const auto& row = left.at("user_row");
    const User user{std::to_string(row.at("id").get<int>()), row.at("username"), row.at("password"), true};
    for (const Session& session : sessions) {
      REQUIRE(session.login);
      CHECK(session.login->user_id == "1");
      CHECK(session.login->backend == "django.contrib.auth.backends.ModelBackend");
      CHECK(session.login->hash == left.at("auth_hash").get<std::string>());
      CHECK(still_holds(*session.login, user, {secret}));
      CHECK(still_holds(*session.login, user, {"new", secret}));
      CHECK_FALSE(still_holds(*session.login, user, {"new"}));
      CHECK_FALSE(still_holds(*session.login, user, {}));
      User changed = user;
      changed.password += "x";
      CHECK_FALSE(still_holds(*session.login, changed, {secret}));
      User inactive = user;
      inactive.is_active = false;
      CHECK_FALSE(still_holds(*session.login, inactive, {secret}));
    }
  }
}

TEST_CASE("a session without a login is one of nobody") {
  CHECK_FALSE(from_json("{}")->login);
  CHECK_FALSE(from_json(R"({"_auth_user_id":"1"})")->login);
  CHECK_FALSE(from_json(R"({"_auth_user_backend":"x"})")->login);
  CHECK_FALSE(from_json(R"({"_auth_user_id":["1"],"_auth_user_backend":"x"})")->login);
  CHECK(from_json(R"({"_auth_user_id":7,"_auth_user_backend":"x"})")->login->user_id == "7");
  // No hash is no proof.
  const Session session = *from_json(R"({"_auth_user_id":"1","_auth_user_backend":"x"})");
  CHECK_FALSE(still_holds(*session.login, {"1", "alice", "!", true}, {"k"}));
  for (const char* text : {"", "[]", "1", "null", "{", "{\"a\":1}x", "\xff"}) CHECK_FALSE(from_json(text));
  CHECK_FALSE(from_json(std::string(1'000'000, '[')));
}

TEST_CASE("the expiry is seconds or a date") {
  CHECK_FALSE(from_json("{}")->expiry_age);
  CHECK_FALSE(from_json(R"({"_session_expiry":null})")->expiry_age);
  CHECK_FALSE(from_json(R"({"_session_expiry":0})")->expiry_age);
  CHECK(from_json(R"({"_session_expiry":3600})")->expiry_age == 3600);
  CHECK(from_json(R"({"_session_expiry":-1})")->expiry_age == -1);
  CHECK(from_json(R"({"_session_expiry":"2026-11-23T15:29:06.5+00:00"})")->expiry_date == 1795447746);
  CHECK_FALSE(from_json(R"({"_session_expiry":"tomorrow"})"));
}

TEST_CASE("dates are read as Django writes them") {
  CHECK(read_iso_date("1970-01-01 00:00:00", NaiveTime::Utc) == 0);
  CHECK(read_iso_date("2026-11-23 15:29:06.794044", NaiveTime::Utc) == 1795447746);
  CHECK(read_iso_date("2026-11-23T15:29:06Z", NaiveTime::Local) == 1795447746);
  CHECK(read_iso_date("2026-11-23 16:59:06+01:30", NaiveTime::Utc) == 1795447746);
  CHECK(read_iso_date("2026-11-23 10:29:06-05", NaiveTime::Utc) == 1795447746);
  CHECK(read_iso_date("9999-12-31 23:59:59", NaiveTime::Utc) == 253402300799);
  for (const char* text : {"", "2026", "2026-11-23", "2026-02-30 00:00:00", "2026-11-23 24:00:00",
                           "2026-11-23 15:29:06 ", "2026-11-23 15:29:06+", "infinity", "26-11-23 15:29:06"}) {
    CAPTURE(text);
    CHECK_FALSE(read_iso_date(text, NaiveTime::Utc));
  }
}

TEST_CASE("a session's key is what Django makes") {
  CHECK(is_session_key("t5cqkjufac4jwirp141lkzsflpn9qs8k"));
  CHECK(is_session_key("12345678"));
  for (const char* text : {"", "1234567", "T5CQKJUFAC4JWIRP141LKZSFLPN9QS8K", "../../../../etc/passwd",
                           "aaaaaaaa/aaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "' or 1=1 --aaaa",
                           "aaaaaaaa\n", "aaaaaaa%", "aaaaaaa_"}) {
    CAPTURE(text);
    CHECK_FALSE(is_session_key(text));
  }
  CHECK_FALSE(is_session_key(std::string_view("aaaaaaaa\0", 9)));
}

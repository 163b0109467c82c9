#include "auth/authenticator.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>

using namespace wharf;

namespace {

auth::Identity ask(const std::vector<config::AuthMethod>& methods, std::string_view peer,
                   std::string_view header, std::string_view client = "192.0.2.1") {
  auth::Identity answer;
  const auth::Shared shared(methods, nullptr);
  auth::make_authenticator(methods, shared, nullptr)
      ->identify(
          {client,
           [header](std::string_view name) { return name == "x-remote-user" ? header : std::string_view(); },
           "", "", false, peer},
          [&](auth::Identity identity) { answer = std::move(identity); });
  return answer;
}

const config::AuthMethod anonymous{};
const config::AuthMethod by_header{
    config::AuthMethod::Kind::Header, "x-remote-user", {"127.0.0.1", "unix"}, {}};

}  // namespace

TEST_CASE("nobody is anonymous") {
  auth::Identity identity = ask({anonymous}, "127.0.0.1", "alice");
  CHECK(identity.method == "anonymous");
  CHECK_FALSE(identity.is_authenticated);
  CHECK(identity.username.empty());
  CHECK(ask({}, "127.0.0.1", "alice").method == "anonymous");
}

TEST_CASE("a header names the user from trusted addresses only") {
  CHECK(ask({by_header, anonymous}, "127.0.0.1", "alice").username == "alice");
  CHECK(ask({by_header, anonymous}, "unix", "zoë").is_authenticated);
  CHECK(ask({by_header, anonymous}, "127.0.0.2", "alice").method == "anonymous");
  CHECK(ask({by_header, anonymous}, "", "alice").method == "anonymous");
  CHECK(ask({by_header, anonymous}, "192.0.2.9", "alice", "127.0.0.1").method == "anonymous");
  CHECK(ask({by_header, anonymous}, "127.0.0.1", "").method == "anonymous");
  CHECK(ask({anonymous, by_header}, "127.0.0.1", "alice").method == "anonymous");
}

TEST_CASE("what no method knows any more is nobody's") {
  const auth::Shared shared({by_header, anonymous}, nullptr);
  auth::Identity answer{"7", "alice", "django", true};
  auth::make_authenticator({by_header, anonymous}, shared, nullptr)
      ->renew({"django", "0123456789abcdef", std::chrono::seconds(1)},
              [&](auth::Identity identity) { answer = std::move(identity); });
  CHECK_FALSE(answer.is_authenticated);
  CHECK_FALSE(answer.unavailable);
}

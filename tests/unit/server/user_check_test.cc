#include "server/user_check.h"

#include <doctest/doctest.h>

using namespace wharf;

namespace {

unsigned status(const config::Require& require, std::string name) {
  auth::Identity identity;
  identity.is_authenticated = !name.empty();
  identity.username = std::move(name);
  const std::optional<server::HttpRefusal> refusal = server::judge_user(require, identity);
  if (refusal && refusal->status == 401) CHECK(refusal->headers.starts_with("WWW-Authenticate: "));
  return refusal ? refusal->status : 101;
}

}  // namespace

TEST_CASE("a route that requires nobody in particular takes everybody") {
  CHECK(status({}, "") == 101);
  CHECK(status({}, "alice") == 101);
}

TEST_CASE("who is unknown may log in, who is known and not named may not come") {
  CHECK(status({true, {}, {}}, "") == 401);
  CHECK(status({true, {}, {}}, "alice") == 101);
  CHECK(status({true, {"alice", "bob"}, {}}, "bob") == 101);
  CHECK(status({true, {"alice", "bob"}, {}}, "Bob") == 403);
  CHECK(status({true, {"alice", "bob"}, {}}, "") == 401);
}

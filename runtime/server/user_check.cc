#include "server/user_check.h"

#include <algorithm>

namespace wharf::server {

namespace {

// A 401 has to name a scheme (RFC 9110 section 11.6.1); a login by cookie has none that is registered.
HttpRefusal log_in_first() { return {401, "Log in first.", "WWW-Authenticate: Session realm=\"wharf\"\r\n"}; }

HttpRefusal not_for_you() { return {403, "This address is not for you.", {}}; }

}  // namespace

std::optional<HttpRefusal> judge_user(const config::Require& require, const auth::Identity& identity) {
  if (identity.refused != 0) return identity.refused == 401 ? log_in_first() : not_for_you();
  if (!require.user) return std::nullopt;
  if (!identity.is_authenticated) {
    if (identity.rejected.empty()) return log_in_first();
    return HttpRefusal{401, identity.rejected, "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n"};
  }
  const std::vector<std::string>& users = require.users;
  if (users.empty() || std::find(users.begin(), users.end(), identity.username) != users.end()) {
    return std::nullopt;
  }
  return not_for_you();
}

}  // namespace wharf::server

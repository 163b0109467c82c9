#include "server/user_check.h"

#include <algorithm>

namespace wharf::server {

std::optional<HttpRefusal> judge_user(const config::Require& require, const auth::Identity& identity) {
  if (!require.user) return std::nullopt;
  if (!identity.is_authenticated) {
    // A 401 has to name a scheme (RFC 9110 section 11.6.1); a login by cookie has none that is registered.
    if (identity.rejected.empty()) {
      return HttpRefusal{401, "Log in first.", "WWW-Authenticate: Session realm=\"wharf\"\r\n"};
    }
    return HttpRefusal{401, identity.rejected, "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n"};
  }
  const std::vector<std::string>& users = require.users;
  if (users.empty() || std::find(users.begin(), users.end(), identity.username) != users.end()) {
    return std::nullopt;
  }
  return HttpRefusal{403, "This address is not for you.", {}};
}

}  // namespace wharf::server

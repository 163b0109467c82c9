// A JSON Web Token: whether it is good, and whom it names (RFC 7519, and RFC 8725 for what to beware of).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "config/jwt_auth.h"
#include "telemetry/error.h"

namespace wharf::auth::jwt {

using Seconds = std::chrono::sys_seconds;

struct Claims {
  std::string id;  // `sub`, or the user name where there is none
  std::string username;
  std::optional<Seconds> expiry;
};

// [any-thread] The error is for who sent the token; nothing of the token is in it. The key decides which
// algorithms there are, never the token; what the token claims is read once its signature is right.
Result<Claims> verify(const config::JwtAuth& settings, std::string_view token, Seconds now);

}  // namespace wharf::auth::jwt

// Where in a handshake a token is. A page cannot set headers of its WebSocket, so there are other places.
#pragma once

#include <optional>
#include <string_view>

#include "auth/authenticator.h"
#include "config/jwt_auth.h"

namespace wharf::auth::jwt {

struct FoundToken {
  std::string_view token;  // of the handshake's own text
  config::JwtSource::Kind where = config::JwtSource::Kind::Authorization;
};

// [worker] Of the first of the sources that has one, whether it is a good one or not.
std::optional<FoundToken> find_token(const config::JwtAuth& settings, const Handshake& handshake);

}  // namespace wharf::auth::jwt

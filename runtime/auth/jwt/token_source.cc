#include "auth/jwt/token_source.h"

#include <strings.h>

#include <algorithm>
#include <string>

namespace wharf::auth::jwt {

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// RFC 6750 section 2.1.
std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() < scheme.size() ||
      strncasecmp(authorization.data(), scheme.data(), scheme.size()) != 0) {
    return {};
  }
  return trim(authorization.substr(scheme.size()));
}

// What follows `prefix` in the first part, between separators, that begins with it. A token has only
// characters that need no escape in a cookie, a query or a subprotocol.
std::string_view part_behind(std::string_view text, char separator, std::string_view prefix) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = trim(text.substr(0, end));
    if (part.starts_with(prefix) && part.size() > prefix.size()) return part.substr(prefix.size());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

std::string_view look(const config::JwtSource& source, const Handshake& handshake) {
  using Kind = config::JwtSource::Kind;
  switch (source.kind) {
    case Kind::Authorization:
      return bearer(handshake.header("authorization"));
    case Kind::Cookie:
      return part_behind(handshake.header("cookie"), ';', source.name + "=");
    case Kind::Query:
      return part_behind(handshake.query, '&', source.name + "=");
    case Kind::Subprotocol:
      return part_behind(handshake.header("sec-websocket-protocol"), ',', source.name);
  }
  return {};
}

}  // namespace

std::optional<FoundToken> find_token(const config::JwtAuth& settings, const Handshake& handshake) {
  for (const config::JwtSource& source : settings.sources) {
    const std::string_view token = look(source, handshake);
    if (!token.empty()) return FoundToken{token, source.kind};
  }
  return std::nullopt;
}

}  // namespace wharf::auth::jwt

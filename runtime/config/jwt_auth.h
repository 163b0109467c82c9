// What the method `jwt` of `auth:` says: which tokens are believed, and where in a handshake they are.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace wharf::config {

// What a signature is checked with.
struct JwtKey {
  std::string jwk;                      // RFC 7517, as JSON; a public key, or a shared secret
  std::string id;                       // `kid`, empty for none
  std::vector<std::string> algorithms;  // that this key is for; a token may ask for no other
  bool operator==(const JwtKey&) const = default;
};

struct JwtSource {
  enum class Kind {
    Authorization,  // Authorization: Bearer TOKEN
    Cookie,
    Query,
    Subprotocol,  // one of those that are offered, behind a prefix
  };
  Kind kind = Kind::Authorization;
  std::string name;  // of the cookie or the parameter; the prefix
  bool operator==(const JwtSource&) const = default;
};

struct JwtAuth {
  std::vector<JwtKey> keys;
  std::vector<JwtSource> sources = {JwtSource{}};  // in order; the first that has a token counts
  std::string issuer;                              // empty: any
  std::string audience;                            // empty: none is asked for
  std::string username = "sub";                    // the claim
  Duration leeway{30'000};                         // by which clocks may differ
  bool endless = false;                            // whether a token without `exp` is believed
  bool operator==(const JwtAuth&) const = default;
};

}  // namespace wharf::config

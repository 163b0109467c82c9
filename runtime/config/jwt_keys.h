// Keys that check the signatures of tokens, from the forms in which operators have them. A key is for the
// algorithms of its own kind and no others, so nobody can pass a public key off as a shared secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/jwt_auth.h"
#include "telemetry/error.h"

namespace wharf::config {

// Every algorithm that is known (RFC 7518 section 3.1); `none` is not among them.
const std::vector<std::string>& jwt_algorithms();

// [loader] All of these. The error says what is wrong, and shows nothing of a secret.

// A shared secret, for HS256, and for HS384 and HS512 if it is long enough.
Result<JwtKey> key_of_secret(std::string_view secret);
// A public key or a certificate in PEM: RSA or a NIST curve.
Result<JwtKey> key_of_pem(std::string_view pem);
// A JWK Set (RFC 7517 section 5). Keys for encryption, and of kinds that are not known, are passed over as
// the RFC says; none that is left is an error.
Result<std::vector<JwtKey>> keys_of_jwks(std::string_view json);

}  // namespace wharf::config

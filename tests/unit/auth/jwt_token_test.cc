#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

#include "auth/jwt/token.h"
#include "config/jwt_keys.h"

using namespace wharf;
using auth::jwt::Seconds;

namespace {

const nlohmann::json& vectors() {
  static const nlohmann::json read = nlohmann::json::parse(std::ifstream(WHARF_AUTH_VECTORS "tokens.json"));
  return read;
}

std::vector<config::JwtKey> keys(const std::string& name) {
  const std::string text = vectors().at("keys").at(name);
  if (name == "jwks") return config::keys_of_jwks(text).value();
  return {name == "secret" ? config::key_of_secret(text).value() : config::key_of_pem(text).value()};
}

const config::JwtAuth strict{{},      {config::JwtSource{}}, "https://id.test",
                             "wharf", "preferred_username",  config::Duration(30'000),
                             false};

config::JwtAuth with_keys(config::JwtAuth settings, const std::string& name) {
  settings.keys = keys(name);
  return settings;
}

Seconds now() { return Seconds(std::chrono::seconds(vectors().at("now").get<int64_t>())); }

std::string token(const std::string& name) {
  for (const nlohmann::json& each : vectors().at("tokens")) {
    if (each.at("name") == name) return each.at("token");
  }
  FAIL("no such token");
  return {};
}

std::string why_not(const config::JwtAuth& settings, std::string_view text) {
  const Result<auth::jwt::Claims> claims = auth::jwt::verify(settings, text, now());
  return claims ? "" : claims.error().text;
}

}  // namespace

TEST_CASE("good tokens name their user, bad ones say why not") {
  for (const nlohmann::json& vector : vectors().at("tokens")) {
    CAPTURE(vector.at("name").get<std::string>());
    const std::string text = vector.at("token");
    const Result<auth::jwt::Claims> claims =
        auth::jwt::verify(with_keys(strict, vector.at("key")), text, now());
    CHECK((claims ? "" : claims.error().text) == vector.at("why").get<std::string>());
    if (claims) {
      CHECK(claims->username == "alice");
      CHECK(claims->id == "42");
      CHECK(claims->expiry.has_value());
    }
  }
}

TEST_CASE("a token of a megabyte is none") {
  const config::JwtAuth settings = with_keys(strict, "secret");
  CHECK(why_not(settings, std::string(1 << 20, 'A')) == "This is no JSON Web Token.");
  CHECK(why_not(settings, std::string(1 << 20, '.')) == "This is no JSON Web Token.");
  CHECK(why_not(settings, token("HS256") + std::string(1 << 20, 'A')) == "This is no JSON Web Token.");
}

TEST_CASE("every character of a token counts") {
  const config::JwtAuth settings = with_keys(strict, "secret");
  const std::string good = token("HS256");
  REQUIRE(why_not(settings, good).empty());
  // The last character has bits that mean nothing.
  for (size_t i = 0; i + 1 < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK_MESSAGE(!why_not(settings, changed).empty(), i);
  }
}

TEST_CASE("a token without an end is believed where the operator says so") {
  config::JwtAuth settings = with_keys(strict, "secret");
  settings.endless = true;
  const Result<auth::jwt::Claims> claims = auth::jwt::verify(settings, token("no exp"), now());
  REQUIRE(claims.has_value());
  CHECK_FALSE(claims->expiry.has_value());
  CHECK(why_not(settings, token("exp -31")) == "The token has expired.");
}

TEST_CASE("without an audience of its own, only a token for everybody is taken") {
  config::JwtAuth settings = with_keys(strict, "secret");
  settings.audience.clear();
  settings.issuer.clear();
  CHECK(why_not(settings, token("no audience")).empty());
  CHECK(why_not(settings, token("another issuer")) == "The token is for somebody else.");
}

TEST_CASE("the user name is the claim that the operator names") {
  config::JwtAuth settings = with_keys(strict, "secret");
  settings.username = "sub";
  CHECK(auth::jwt::verify(settings, token("no name"), now()).value().username == "42");
}

TEST_CASE("the examples of RFC 7515") {
  // Appendix A.1 and A.3: the same claims, signed by HS256 and by ES256.
  const nlohmann::json set = {
      {"keys",
       {{{"kty", "oct"},
         {"k", "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}},
        {{"kty", "EC"},
         {"crv", "P-256"},
         {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
         {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}}}}};
  config::JwtAuth settings;
  settings.keys = config::keys_of_jwks(set.dump()).value();
  settings.username = "iss";
  const Seconds then(std::chrono::seconds(1300819370));
  for (const char* text :
       {"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcG"
        "xlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp"
        "0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"}) {
    const Result<auth::jwt::Claims> claims = auth::jwt::verify(settings, text, then);
    REQUIRE_MESSAGE(claims.has_value(), claims.error().text);
    CHECK(claims->username == "joe");
  }
}

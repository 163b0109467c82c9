#include "config/jwt.h"

#include <doctest/doctest.h>

#include "config/jwt_keys.h"
#include "files.h"

using namespace wharf::config;

namespace {

const std::string secret = "'0123456789abcdef0123456789abcdef'";

JwtAuth good(const std::string& settings) {
  return *load_good(with_route("auth: [{jwt: {" + settings + "}}]")).auth.at(0).jwt;
}

std::string bad(const std::string& settings) { return problem_of("auth: [{jwt: {" + settings + "}}]"); }

}  // namespace

TEST_CASE("a secret alone is enough") {
  const JwtAuth jwt = good("secret: " + secret);
  REQUIRE(jwt.keys.size() == 1);
  CHECK(jwt.keys[0].algorithms == std::vector<std::string>{"HS256"});
  CHECK(jwt.sources == std::vector<JwtSource>{JwtSource{}});
  CHECK(jwt.username == "sub");
  CHECK(jwt.leeway == Duration(30'000));
  CHECK_FALSE(jwt.endless);
}

TEST_CASE("everything else has its key") {
  const JwtAuth jwt =
      good("secret: " + secret +
           ", from: [authorization, {cookie: a}, {query: b}, {subprotocol: c.}], issuer: i, audience: w, "
           "username: name, leeway: 0, without_expiry: allow, algorithms: [HS256, HS512]");
  using Kind = JwtSource::Kind;
  CHECK(jwt.sources ==
        std::vector<JwtSource>{
            {Kind::Authorization, ""}, {Kind::Cookie, "a"}, {Kind::Query, "b"}, {Kind::Subprotocol, "c."}});
  CHECK(jwt.issuer == "i");
  CHECK(jwt.audience == "w");
  CHECK(jwt.username == "name");
  CHECK(jwt.leeway.count() == 0);
  CHECK(jwt.endless);
  CHECK(jwt.keys.at(0).algorithms == std::vector<std::string>{"HS256"});
}

TEST_CASE("keys come from files") {
  Files files;
  files.write("secret", "0123456789abcdef0123456789abcdef0123456789abcdef\n");
  files.write(
      "keys.json",
      R"({"keys": [{"kty": "oct", "kid": "a", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]})");
  files.write("routes.yaml",
              with_route("auth: [{jwt: {secret: {file: secret}}}, {jwt: {jwks: {file: keys.json}}}]"));
  const tl::expected<Config, Problems> config = files.load();
  REQUIRE_MESSAGE(config.has_value(), config.error().front().text());
  CHECK(config->auth.at(0).jwt->keys.at(0).algorithms == std::vector<std::string>{"HS256", "HS384"});
  CHECK(config->auth.at(1).jwt->keys.at(0).id == "a");
}

TEST_CASE("what cannot check a signature is refused, and not shown") {
  CHECK(bad("") ==
        "routes.yaml:1:14: `jwt` needs one kind of key: write one of `secret: {env: NAME}`, `public_key: "
        "{file: PATH}` and `jwks: {file: PATH}`");
  CHECK(bad("secret: hunter2") ==
        "routes.yaml:1:23: `secret` cannot be used: it has 7 bytes, and whoever tries can find it: make one "
        "of at "
        "least 32, for example with `openssl rand -hex 32`");
  CHECK(bad("public_key: hunter2") ==
        "routes.yaml:1:27: `public_key` cannot be used: it is no public key in PEM: it begins with "
        "-----BEGIN PUBLIC "
        "KEY-----");
  CHECK(bad("public_key: '-----BEGIN PRIVATE KEY-----'").find("it is a private key") != std::string::npos);
  CHECK(bad("jwks: '{}'") == "routes.yaml:1:21: `jwks` cannot be used: it is no JWK Set: {\"keys\": […]}");
  CHECK(bad("jwks: '{\"keys\": []}'").find("it has no key") != std::string::npos);
  CHECK(
      bad("jwks: '{\"keys\": [{\"kty\": \"RSA\", \"n\": \"AQAB\", \"e\": \"!\"}]}'").find("cannot be read") !=
      std::string::npos);
  CHECK(bad("jwks: '{\"keys\": [{\"kty\": 1}]}'").find("`kty` of a key is no text") != std::string::npos);
  CHECK(bad("secret: " + secret + ", algorithms: [none]") ==
        "routes.yaml:1:72: `none` is no algorithm: anybody could be anybody: remove it");
  CHECK(bad("secret: " + secret + ", algorithms: [RS256]").find("none that a key of this kind is for") !=
        std::string::npos);
  CHECK(bad("secret: " + secret + ", algorithms: [HS265]").find("no algorithm that is known here") !=
        std::string::npos);
  CHECK(bad("secret: " + secret + ", from: [{header: a}]").find("unknown key `header`") != std::string::npos);
  CHECK(bad("secret: " + secret + ", from: []").find("empty list") != std::string::npos);
  CHECK(bad("secret: " + secret + ", audiences: a").find("did you mean `audience`?") != std::string::npos);
}

TEST_CASE("a short RSA key is refused") {
  CHECK(key_of_pem("-----BEGIN PUBLIC KEY-----\n"
                   "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf\n"
                   "9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n"
                   "-----END PUBLIC KEY-----\n")
            .error()
            .text == "an RSA key needs at least 2048 bits, and it has 512");
}

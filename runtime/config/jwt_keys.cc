#include "config/jwt_keys.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

// These headers do not say it for themselves.
extern "C" {
#include <jose/b64.h>
#include <jose/openssl.h>
}

namespace wharf::config {

namespace {

using Json = std::unique_ptr<json_t, decltype(&json_decref)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// RFC 7518 section 3.2: a secret has at least as many bytes as the hash.
constexpr size_t shortest_secret = 32;
// RFC 7518 section 3.3.
constexpr int shortest_rsa = 2048;

Key read_pem(std::string_view pem) {
  std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                BIO_free);
  if (pem.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) {
    std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
    return Key(certificate == nullptr ? nullptr : X509_get_pubkey(certificate.get()), EVP_PKEY_free);
  }
  return Key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
}

std::string text_of(const json_t* jwk) {
  std::unique_ptr<char, decltype(&std::free)> text(json_dumps(jwk, JSON_COMPACT), std::free);
  return text == nullptr ? std::string() : text.get();
}

// What a key of this kind can check; empty for a kind that is not known.
std::vector<std::string> algorithms_of(const nlohmann::json& jwk, size_t secret_size) {
  const std::string type = jwk.value("kty", "");
  if (type == "RSA") return {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"};
  if (type == "EC") {
    const std::string curve = jwk.value("crv", "");
    if (curve == "P-256") return {"ES256"};
    if (curve == "P-384") return {"ES384"};
    if (curve == "P-521") return {"ES512"};
  }
  std::vector<std::string> algorithms;
  if (type == "oct") {
    if (secret_size >= 32) algorithms.emplace_back("HS256");
    if (secret_size >= 48) algorithms.emplace_back("HS384");
    if (secret_size >= 64) algorithms.emplace_back("HS512");
  }
  return algorithms;
}

bool is_text(const nlohmann::json& jwk, const char* key) {
  return !jwk.contains(key) || jwk.at(key).is_string();
}

// A key of a set, or nothing when it is for something else.
Result<std::optional<JwtKey>> key_of_jwk(const nlohmann::json& jwk) {
  if (!jwk.is_object()) return failure("an entry of `keys` is no object");
  for (const char* name : {"kty", "crv", "alg", "use", "kid"}) {
    if (!is_text(jwk, name)) return failure(fmt::format("`{}` of a key is no text", name));
  }
  if (jwk.value("use", "sig") != "sig") return std::nullopt;
  const Json parsed(json_loads(jwk.dump().c_str(), 0, nullptr), json_decref);
  const size_t secret = jose_b64_dec(json_object_get(parsed.get(), "k"), nullptr, 0);
  JwtKey key{jwk.dump(), jwk.value("kid", ""), algorithms_of(jwk, secret == SIZE_MAX ? 0 : secret)};
  if (key.algorithms.empty() && jwk.value("kty", "") == "oct") {
    return failure(fmt::format("a secret in it has less than {} bytes", shortest_secret));
  }
  if (key.algorithms.empty()) return std::nullopt;
  if (const std::string wanted = jwk.value("alg", ""); !wanted.empty()) {
    if (std::find(key.algorithms.begin(), key.algorithms.end(), wanted) == key.algorithms.end())
      return std::nullopt;
    key.algorithms = {wanted};
  }
  if (jwk.value("kty", "") != "oct") {
    const Key usable(jose_openssl_jwk_to_EVP_PKEY(nullptr, parsed.get()), EVP_PKEY_free);
    if (usable == nullptr) return failure(fmt::format("the key with `kid` \"{}\" cannot be read", key.id));
    if (EVP_PKEY_is_a(usable.get(), "RSA") && EVP_PKEY_get_bits(usable.get()) < shortest_rsa) {
      return failure(
          fmt::format("the RSA key with `kid` \"{}\" has less than {} bits", key.id, shortest_rsa));
    }
  }
  return std::optional(std::move(key));
}

}  // namespace

const std::vector<std::string>& jwt_algorithms() {
  static const std::vector<std::string> all = {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512",
                                               "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"};
  return all;
}

Result<JwtKey> key_of_secret(std::string_view secret) {
  if (secret.size() < shortest_secret) {
    return failure(
        fmt::format("it has {} bytes, and whoever tries can find it: make one of at least {}, for example "
                    "with `openssl rand -hex 32`",
                    secret.size(), shortest_secret));
  }
  const Json text(jose_b64_enc(secret.data(), secret.size()), json_decref);
  const nlohmann::json jwk = {{"kty", "oct"}, {"k", json_string_value(text.get())}};
  return JwtKey{jwk.dump(), {}, algorithms_of(jwk, secret.size())};
}

Result<JwtKey> key_of_pem(std::string_view pem) {
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    return failure(
        "it is a private key, which wharf need not know: `openssl pkey -pubout` prints the public one");
  }
  const Key key = read_pem(pem);
  if (key == nullptr) return failure("it is no public key in PEM: it begins with -----BEGIN PUBLIC KEY-----");
  if (EVP_PKEY_is_a(key.get(), "RSA") && EVP_PKEY_get_bits(key.get()) < shortest_rsa) {
    return failure(fmt::format("an RSA key needs at least {} bits, and it has {}", shortest_rsa,
                               EVP_PKEY_get_bits(key.get())));
  }
  const Json jwk(jose_openssl_jwk_from_EVP_PKEY(nullptr, key.get()), json_decref);
  JwtKey out{text_of(jwk.get()), {}, {}};
  if (jwk != nullptr) out.algorithms = algorithms_of(nlohmann::json::parse(out.jwk), 0);
  if (out.algorithms.empty()) return failure("it is neither RSA nor of the curves P-256, P-384 or P-521");
  return out;
}

Result<std::vector<JwtKey>> keys_of_jwks(std::string_view json) {
  const nlohmann::json set = nlohmann::json::parse(json, nullptr, false);
  if (!set.is_object() || !set.contains("keys") || !set.at("keys").is_array()) {
    return failure("it is no JWK Set: {\"keys\": […]}");
  }
  std::vector<JwtKey> keys;
  for (const nlohmann::json& each : set.at("keys")) {
    Result<std::optional<JwtKey>> key = key_of_jwk(each);
    if (!key) return tl::make_unexpected(key.error());
    if (*key) keys.push_back(std::move(**key));
  }
  if (keys.empty()) return failure("it has no key that checks signatures by RS, PS, ES or HS");
  return keys;
}

}  // namespace wharf::config

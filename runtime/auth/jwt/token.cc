#include "auth/jwt/token.h"

#include <jansson.h>
#include <nlohmann/json.hpp>

// These headers do not say it for themselves.
extern "C" {
#include <jose/b64.h>
#include <jose/cfg.h>
#include <jose/jws.h>
}

#include <algorithm>
#include <cmath>
#include <memory>

namespace wharf::auth::jwt {

namespace {

using nlohmann::json;
using Json = std::unique_ptr<json_t, decltype(&json_decref)>;
using Configuration = std::unique_ptr<jose_cfg_t, decltype(&jose_cfg_decref)>;

// Whatever is larger names nobody: it is somebody trying.
constexpr size_t largest_token = 64 << 10;

struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
};

std::optional<Parts> split(std::string_view token) {
  const size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

// The object in base64url; null when it is none.
json decode(std::string_view part) {
  const size_t size = jose_b64_dec_buf(part.data(), part.size(), nullptr, 0);
  if (size == SIZE_MAX) return nullptr;
  std::string text(size, '\0');
  if (jose_b64_dec_buf(part.data(), part.size(), text.data(), text.size()) != size) return nullptr;
  json object = json::parse(text, nullptr, false);
  return object.is_object() ? object : json(nullptr);
}

Json text(std::string_view value) { return {json_stringn(value.data(), value.size()), json_decref}; }

bool is_signed_by(const Parts& parts, const config::JwtKey& key) {
  const Json jwk(json_loadb(key.jwk.data(), key.jwk.size(), 0, nullptr), json_decref);
  const Json jws(json_object(), json_decref);
  json_object_set(jws.get(), "protected", text(parts.header).get());
  json_object_set(jws.get(), "payload", text(parts.payload).get());
  json_object_set(jws.get(), "signature", text(parts.signature).get());
  // By default the library writes to stderr whatever a stranger's token has wrong.
  const Configuration quiet(jose_cfg(), jose_cfg_decref);
  jose_cfg_set_err_func(
      quiet.get(), [](void*, const char*, int, uint64_t, const char*, va_list) {}, nullptr);
  return jose_jws_ver(quiet.get(), jws.get(), nullptr, jwk.get(), false);
}

bool is_signed(const config::JwtAuth& settings, const json& header, const Parts& parts) {
  const std::string algorithm = header.at("alg");
  const std::string id = header.value("kid", "");
  return std::any_of(settings.keys.begin(), settings.keys.end(), [&](const config::JwtKey& key) {
    const bool for_this = id.empty() || key.id.empty() || id == key.id;
    const bool knows =
        std::find(key.algorithms.begin(), key.algorithms.end(), algorithm) != key.algorithms.end();
    return for_this && knows && is_signed_by(parts, key);
  });
}

bool knows_algorithm(const config::JwtAuth& settings, const std::string& algorithm) {
  return std::any_of(settings.keys.begin(), settings.keys.end(), [&algorithm](const config::JwtKey& key) {
    return std::find(key.algorithms.begin(), key.algorithms.end(), algorithm) != key.algorithms.end();
  });
}

// A NumericDate, which may have a fraction. Far dates are all the same.
Result<std::optional<Seconds>> read_date(const json& claims, const char* name) {
  if (!claims.contains(name)) return std::nullopt;
  const json& date = claims.at(name);
  if (!date.is_number()) return failure("The token has a date that is no number.");
  constexpr double farthest = 9e9;  // the clock counts nanoseconds, up to the year 2262
  const double seconds = date.get<double>();
  if (std::isnan(seconds)) return failure("The token has a date that is no number.");
  return Seconds(
      std::chrono::seconds(static_cast<int64_t>(std::floor(std::clamp(seconds, -farthest, farthest)))));
}

Result<std::optional<Seconds>> check_dates(const config::JwtAuth& settings, const json& claims, Seconds now) {
  Result<std::optional<Seconds>> expiry = read_date(claims, "exp");
  if (!expiry) return expiry;
  Result<std::optional<Seconds>> not_before = read_date(claims, "nbf");
  if (!not_before) return not_before;
  if (!*expiry && !settings.endless) return failure("The token has no expiry.");
  if (*expiry && now - settings.leeway >= **expiry) return failure("The token has expired.");
  if (*not_before && now + settings.leeway < **not_before) return failure("The token is not valid yet.");
  return expiry;
}

bool is_for(const json& claims, const std::string& audience) {
  if (!claims.contains("aud")) return false;
  const json& value = claims.at("aud");
  if (value.is_string()) return value == audience;
  return value.is_array() && std::find(value.begin(), value.end(), audience) != value.end();
}

// Texts and whole numbers, as the keys of users are.
std::string name_in(const json& claims, const std::string& claim) {
  if (!claims.contains(claim)) return {};
  const json& value = claims.at(claim);
  if (value.is_number_integer()) return value.dump();
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace

Result<Claims> verify(const config::JwtAuth& settings, std::string_view token, Seconds now) {
  const std::optional<Parts> parts = token.size() <= largest_token ? split(token) : std::nullopt;
  const json header = parts ? decode(parts->header) : json(nullptr);
  if (header.is_null() || !header.contains("alg") || !header.at("alg").is_string() ||
      (header.contains("kid") && !header.at("kid").is_string())) {
    return failure("This is no JSON Web Token.");
  }
  if (header.contains("crit")) return failure("The token demands what is not known here.");
  if (!knows_algorithm(settings, header.at("alg"))) {
    return failure("The token is signed by an algorithm that is not taken here.");
  }
  if (!is_signed(settings, header, *parts)) return failure("The token's signature is wrong.");

  const json claims = decode(parts->payload);
  if (claims.is_null()) return failure("The token has no claims.");
  const Result<std::optional<Seconds>> expiry = check_dates(settings, claims, now);
  if (!expiry) return tl::make_unexpected(expiry.error());
  if (!settings.issuer.empty() && claims.value("iss", json()) != settings.issuer) {
    return failure("The token is of another issuer.");
  }
  // A token that names whom it is for is for nobody else (RFC 7519 section 4.1.3).
  if (settings.audience.empty() ? claims.contains("aud") : !is_for(claims, settings.audience)) {
    return failure("The token is for somebody else.");
  }
  const std::string username = name_in(claims, settings.username);
  if (username.empty()) return failure("The token names no user.");
  const std::string subject = name_in(claims, "sub");
  return Claims{subject.empty() ? username : subject, username, *expiry};
}

}  // namespace wharf::auth::jwt

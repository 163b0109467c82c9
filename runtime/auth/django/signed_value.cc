#include "auth/django/signed_value.h"

#include <algorithm>
#include <utility>

#include "auth/django/digest.h"
#include "auth/django/inflate.h"

namespace wharf::auth::django {

namespace {

// Base 62, digits 0-9 A-Z a-z in that order. Nothing when it is no such number, or none that fits.
std::optional<int64_t> read_base62(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr size_t longest = 10;  // 62^10 is below 2^63
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > longest) return std::nullopt;
  int64_t number = 0;
  for (char c : text) {
    const size_t digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    number = number * 62 + static_cast<int64_t>(digit);
  }
  return negative ? -number : number;
}

bool is_signed(std::string_view text, std::string_view signature, std::string_view salt,
               const Secrets& secrets) {
  const std::string purpose = std::string(salt) + "signer";
  return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return equal_in_constant_time(to_base64url(bytes_of(salted_hmac(purpose, text, secret))), signature);
  });
}

// A dot in front says that the payload is compressed.
std::optional<std::string> read_payload(std::string_view payload) {
  const bool compressed = payload.starts_with('.');
  if (compressed) payload.remove_prefix(1);
  std::optional<std::string> bytes = from_base64url(payload);
  if (!bytes) return std::nullopt;
  if (compressed) return inflate(*bytes, largest_session);
  if (bytes->size() > largest_session) return std::nullopt;
  return bytes;
}

}  // namespace

std::optional<SignedValue> unsign(std::string_view value, std::string_view salt, const Secrets& secrets) {
  const size_t last = value.rfind(':');
  if (last == std::string_view::npos) return std::nullopt;
  const std::string_view timed = value.substr(0, last);
  if (!is_signed(timed, value.substr(last + 1), salt, secrets)) return std::nullopt;
  const size_t middle = timed.rfind(':');
  if (middle == std::string_view::npos) return std::nullopt;
  const std::optional<int64_t> time = read_base62(timed.substr(middle + 1));
  std::optional<std::string> json = read_payload(timed.substr(0, middle));
  if (!time || !json) return std::nullopt;
  return SignedValue{std::move(*json), *time};
}

}  // namespace wharf::auth::django

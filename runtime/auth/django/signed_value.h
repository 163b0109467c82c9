// Signed texts, as django.core.signing writes them: payload ":" time ":" signature.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/django/secrets.h"

namespace wharf::auth::django {

// What the signature is about: a value of one salt is none of another.
inline constexpr std::string_view stored_session_salt = "django.contrib.sessions.SessionStore";
inline constexpr std::string_view cookie_session_salt = "django.contrib.sessions.backends.signed_cookies";

struct SignedValue {
  std::string json;     // the payload, inflated
  int64_t signed_at{};  // Unix time, seconds; may lie in the future
};

// [any-thread] Nothing when no secret has signed `value`, or when what was signed is no payload. A payload
// that inflates to more than a session may be (largest_session) is none.
std::optional<SignedValue> unsign(std::string_view value, std::string_view salt, const Secrets& secrets);

// Bytes of JSON. Django knows no bound; a browser keeps 4 KiB of a cookie, a row has a few hundred bytes.
inline constexpr size_t largest_session = size_t{4} << 20;

}  // namespace wharf::auth::django

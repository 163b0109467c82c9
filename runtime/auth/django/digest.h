// The two digests that Django derives from its SECRET_KEY, and the texts it writes them in.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace wharf::auth::django {

using Digest = std::array<unsigned char, 32>;

// [any-thread] django.utils.crypto.salted_hmac with SHA-256: HMAC under the key SHA256(salt || secret).
Digest salted_hmac(std::string_view salt, std::string_view value, std::string_view secret);

// [any-thread] RFC 4648 section 5, without the padding.
std::string to_base64url(std::string_view bytes);
// Nothing when `text` is no such text.
std::optional<std::string> from_base64url(std::string_view text);

// [any-thread] Lower case.
std::string to_hex(const Digest& digest);

// [any-thread] In a time that tells nothing about where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

inline std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace wharf::auth::django

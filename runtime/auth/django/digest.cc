#include "auth/django/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>

namespace wharf::auth::django {

namespace {

constexpr size_t largest = size_t{1} << 30;  // the lengths of OpenSSL are ints

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

bool is_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

Digest salted_hmac(std::string_view salt, std::string_view value, std::string_view secret) {
  std::string salted;
  salted.reserve(salt.size() + secret.size());
  salted.append(salt).append(secret);
  Digest key;
  SHA256(raw(std::string_view(salted)), salted.size(), key.data());
  OPENSSL_cleanse(salted.data(), salted.size());
  Digest digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(value), value.size(), digest.data(),
       &size);
  OPENSSL_cleanse(key.data(), key.size());
  return digest;
}

std::string to_base64url(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  text.resize(static_cast<size_t>(EVP_EncodeBlock(raw(text), raw(bytes), static_cast<int>(bytes.size()))));
  text.resize(text.find_last_not_of('=') + 1);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() > largest || text.size() % 4 == 1 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  const size_t padding = (4 - text.size() % 4) % 4;
  std::string padded(text);
  padded.append(padding, '=');
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  std::string bytes(padded.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(raw(bytes), raw(std::string_view(padded)), static_cast<int>(padded.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

std::string to_hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned char byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace wharf::auth::django

// SPDX-License-Identifier: MIT
#include "terminal/tokens.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>

namespace wharf_paramiko::terminal {

namespace {

void randomize(std::span<uint8_t> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("OpenSSL has no random bytes: the system's source of entropy does not answer");
}

// RFC 4648, section 5, without padding. `text` holds four characters for three bytes.
void base64url(std::span<const uint8_t> bytes, std::span<char> text) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  uint32_t bits = 0;
  int count = 0;
  size_t at = 0;
  for (uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    count += 8;
    while (count >= 6) {
      count -= 6;
      text[at++] = alphabet[bits >> count & 0x3f];
    }
  }
  if (count > 0) text[at] = alphabet[bits << (6 - count) & 0x3f];
}

}  // namespace

Secret random_token() {
  std::array<uint8_t, 32> bytes{};
  std::array<char, 43> text{};
  randomize(bytes);
  base64url(bytes, text);
  Secret token(std::string_view(text.data(), text.size()));
  explicit_bzero(bytes.data(), bytes.size());
  explicit_bzero(text.data(), text.size());
  return token;
}

std::string random_id() {
  std::array<uint8_t, 12> bytes{};
  std::string text(16, '\0');
  randomize(bytes);
  base64url(bytes, text);
  return text;
}

bool same_token(std::string_view expected, std::string_view given) {
  if (expected.empty() || expected.size() != given.size()) return false;
  return CRYPTO_memcmp(expected.data(), given.data(), expected.size()) == 0;
}

}  // namespace wharf_paramiko::terminal

// Fernet tokens, with which peers of channels_redis encrypt messages when they share keys: base64url, padded,
// of
//   0x80 | time, 8 bytes, big-endian | IV, 16 bytes | AES-128-CBC with PKCS#7 padding | HMAC-SHA256 of all
//   before.
// The SHA-256 of a key's text is the key: 16 bytes sign, 16 encrypt.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/error.h"

namespace wharf::layer::redis {

using UnixTime = std::chrono::sys_seconds;

// [any-thread] Everything is constant after it is made.
class Fernet {
 public:
  using Iv = std::array<unsigned char, 16>;

  // The first key encrypts, all are tried to decrypt. Fails without keys.
  static Result<Fernet> make(std::span<const std::string> keys);

  Result<std::string> encrypt(std::string_view plain) const;
  // With everything that is otherwise the clock's and chance's.
  Result<std::string> encrypt(std::string_view plain, UnixTime now, const Iv& iv) const;

  // With `oldest`, refuses what was made longer ago than that, or more than a minute in the future; without,
  // whatever was made at any time will do.
  Result<std::string> decrypt(std::string_view token, std::optional<std::chrono::seconds> oldest) const;
  Result<std::string> decrypt(std::string_view token, std::optional<std::chrono::seconds> oldest,
                              UnixTime now) const;

 private:
  struct Key {
    std::array<unsigned char, 16> sign;
    std::array<unsigned char, 16> encrypt;
  };

  explicit Fernet(std::vector<Key> keys) : keys_(std::move(keys)) {}

  std::vector<Key> keys_;
};

}  // namespace wharf::layer::redis

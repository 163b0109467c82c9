// The data types of SSH (RFC 4251, section 5), read from bytes that may say anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wharf_paramiko::ssh {

// Each function takes what it reads off the front, or answers nothing and leaves the rest as it is.
class Wire {
 public:
  explicit Wire(std::string_view bytes) : rest_(bytes) {}

  std::optional<std::string_view> bytes(size_t size) {
    if (rest_.size() < size) return std::nullopt;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::optional<uint8_t> byte() {
    const std::optional<std::string_view> taken = bytes(1);
    if (!taken) return std::nullopt;
    return static_cast<uint8_t>(taken->front());
  }
  std::optional<uint32_t> number() {
    const std::optional<std::string_view> taken = bytes(4);
    if (!taken) return std::nullopt;
    uint32_t value = 0;
    for (const char c : *taken) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }
  // A view into the bytes.
  std::optional<std::string_view> string() {
    const std::string_view before = rest_;
    const std::optional<uint32_t> size = number();
    std::optional<std::string_view> taken;
    if (size) taken = bytes(*size);
    if (!taken) rest_ = before;
    return taken;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace wharf_paramiko::ssh

#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace wharf_paramiko::ssh {

namespace {

constexpr std::array<uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<uint8_t, 12> nat64{0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

struct Bytes {
  bool is_v4 = false;
  std::array<uint8_t, 16> bytes{};
};

Bytes undressed(const Address& address) {
  Bytes result;
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof v4);
    result.is_v4 = true;
    std::memcpy(result.bytes.data(), &v4.sin_addr, 4);
    return result;
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address.storage, sizeof v6);
  std::memcpy(result.bytes.data(), &v6.sin6_addr, 16);
  for (const std::array<uint8_t, 12>& dress : {mapped, nat64}) {
    if (!std::equal(dress.begin(), dress.end(), result.bytes.begin())) continue;
    std::copy_n(result.bytes.begin() + 12, 4, result.bytes.begin());
    std::fill(result.bytes.begin() + 4, result.bytes.end(), uint8_t{0});
    result.is_v4 = true;
    break;
  }
  return result;
}

}  // namespace

std::optional<Address> Address::from(const sockaddr* address, socklen_t size) {
  if (address->sa_family != AF_INET && address->sa_family != AF_INET6) return std::nullopt;
  Address result;
  if (size > sizeof result.storage) return std::nullopt;
  std::memcpy(&result.storage, address, size);
  result.size = size;
  return result;
}

std::optional<Address> Address::parse(std::string_view text, uint16_t port) {
  const std::string copy(text);
  sockaddr_in v4{};
  if (inet_pton(AF_INET, copy.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    return from(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  }
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET6, copy.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    return from(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
  }
  return std::nullopt;
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const char* text = nullptr;
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    text = inet_ntop(AF_INET, &v4.sin_addr, buffer.data(), buffer.size());
  } else if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof v6);
    text = inet_ntop(AF_INET6, &v6.sin6_addr, buffer.data(), buffer.size());
  }
  return text == nullptr ? "" : text;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const std::optional<Address> address = Address::parse(text.substr(0, slash), 0);
  if (!address) return std::nullopt;
  Cidr block;
  block.is_v4_ = address->storage.ss_family == AF_INET;
  const unsigned most = block.is_v4_ ? 32 : 128;
  block.bits_ = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), block.bits_);
    if (error != std::errc() || end != digits.data() + digits.size() || block.bits_ > most) {
      return std::nullopt;
    }
  }
  const Bytes bytes = undressed(*address);
  // A dressed address with room for it in the prefix becomes the IPv4 block it stands for.
  if (bytes.is_v4 && !block.is_v4_) {
    if (block.bits_ < 96) return std::nullopt;
    block.bits_ -= 96;
    block.is_v4_ = true;
  }
  block.bytes_ = bytes.bytes;
  return block;
}

bool Cidr::contains(const Address& address) const {
  const Bytes other = undressed(address);
  if (other.is_v4 != is_v4_) return false;
  const unsigned whole = bits_ / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other.bytes.begin())) return false;
  const unsigned rest = bits_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
  return (bytes_[whole] & mask) == (other.bytes[whole] & mask);
}

}  // namespace wharf_paramiko::ssh

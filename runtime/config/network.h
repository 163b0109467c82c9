// IP addresses, and networks of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "telemetry/error.h"

namespace wharf::config {

// An IPv4 address is kept as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), so both of its spellings are the
// same.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  static IpAddress v4(std::span<const uint8_t, 4> four);
  bool is_v4() const;
  // The one spelling of it: "192.0.2.1", "2001:db8::1" (RFC 5952).
  std::string text() const;
  bool operator==(const IpAddress&) const = default;
};

// All addresses that begin with the first `prefix` bits of `address`; the others are 0.
struct Network {
  IpAddress address;
  unsigned prefix = 128;

  // A network of IPv6 has no IPv4 addresses, ::/0 neither.
  bool contains(const IpAddress& other) const;
  bool operator==(const Network&) const = default;
};

// [any-thread] Nothing when `text` is anything but an address.
std::optional<IpAddress> parse_ip(std::string_view text);

// [any-thread] "10.0.0.0/8", "fd00::/8", or a single address. The error says what to write instead.
Result<Network> parse_network(std::string_view text);

}  // namespace wharf::config

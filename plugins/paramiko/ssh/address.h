// Addresses of hosts, and blocks of them.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wharf_paramiko::ssh {

// An IPv4 or IPv6 address with a port, as connect() takes it.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  // Nothing for other families than the two.
  static std::optional<Address> from(const sockaddr* address, socklen_t size);
  // "10.0.0.1", "::1": numbers alone, never a name.
  static std::optional<Address> parse(std::string_view text, uint16_t port);

  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
  std::string text() const;  // without the port
};

// "10.0.0.0/8", "fe80::/10", or one address.
class Cidr {
 public:
  static std::optional<Cidr> parse(std::string_view text);
  // An IPv4 address may come dressed as IPv6 (::ffff:0:0/96, and 64:ff9b::/96 of NAT64): it counts as what it
  // is.
  bool contains(const Address& address) const;

 private:
  bool is_v4_ = false;
  std::array<uint8_t, 16> bytes_{};
  unsigned bits_ = 0;
};

}  // namespace wharf_paramiko::ssh

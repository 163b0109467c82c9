#include "config/network.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace wharf::config {

namespace {

constexpr unsigned before_v4 = 96;  // bits of ::ffff:0:0
constexpr std::array<uint8_t, 12> v4_begin = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string show(const IpAddress& address, int family) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const size_t begin = family == AF_INET ? v4_begin.size() : 0;
  inet_ntop(family, address.bytes.data() + begin, text.data(), text.size());
  return text.data();
}

// With 0 behind the first `prefix` bits.
IpAddress masked(IpAddress address, unsigned prefix) {
  for (unsigned bit = prefix; bit < 128; ++bit) {
    address.bytes[bit / 8] &= static_cast<uint8_t>(~(0x80u >> bit % 8));
  }
  return address;
}

}  // namespace

IpAddress IpAddress::v4(std::span<const uint8_t, 4> four) {
  IpAddress address;
  std::copy(v4_begin.begin(), v4_begin.end(), address.bytes.begin());
  std::copy(four.begin(), four.end(), address.bytes.begin() + v4_begin.size());
  return address;
}

bool IpAddress::is_v4() const { return std::equal(v4_begin.begin(), v4_begin.end(), bytes.begin()); }

std::string IpAddress::text() const { return show(*this, is_v4() ? AF_INET : AF_INET6); }

bool Network::contains(const IpAddress& other) const {
  if (prefix < before_v4 && other.is_v4()) return false;
  return masked(other, prefix) == address;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(terminated.data(), text.data(), text.size());
  IpAddress address;
  std::array<uint8_t, 4> four;
  if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET, terminated.data(), four.data()) == 1) return IpAddress::v4(four);
  return std::nullopt;
}

Result<Network> parse_network(std::string_view text) {
  const size_t slash = std::min(text.find('/'), text.size());
  const std::optional<IpAddress> address = parse_ip(text.substr(0, slash));
  if (!address) {
    return failure("write an address such as 127.0.0.1 or ::1, or a network such as 10.0.0.0/8 or fd00::/8");
  }
  if (slash == text.size()) return Network{*address, 128};
  // By how it is written: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const int family = text.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  const unsigned most = family == AF_INET ? 32 : 128;
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const std::from_chars_result read = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || prefix > most) {
    return failure(
        fmt::format("what follows the slash is the number of bits that count, from 0 to {}", most));
  }
  Network network{{}, prefix + (family == AF_INET ? before_v4 : 0)};
  network.address = masked(*address, network.prefix);
  if (network.address == *address) return network;
  return failure(fmt::format("write {}/{} for the network, or {} for the one address",
                             show(network.address, family), prefix, show(*address, family)));
}

}  // namespace wharf::config

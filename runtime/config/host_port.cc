#include "config/host_port.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace wharf::config {

namespace {

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '_';
}

bool is_v4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool is_v6(const std::string& text) {
  size_t zone = std::min(text.find('%'), text.size());  // of a link-local address: fe80::1%eth0
  in6_addr address{};
  bool good_zone = zone == text.size() || std::all_of(text.begin() + static_cast<ptrdiff_t>(zone) + 1,
                                                      text.end(), is_name_character);
  return good_zone && inet_pton(AF_INET6, text.substr(0, zone).c_str(), &address) == 1;
}

Result<void> check_name(const std::string& host) {
  bool looks_like_v4 = !host.empty() && host.find_first_not_of("0123456789.") == std::string::npos;
  if (looks_like_v4 && !is_v4(host)) return failure("an IPv4 address has four numbers from 0 to 255");
  return {};
}

Result<uint16_t> parse_port(std::string_view text, uint16_t lowest) {
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  std::from_chars_result read = std::from_chars(text.data(), end, port);
  if (text.empty() || read.ec != std::errc() || read.ptr != end || port < lowest) {
    return failure(fmt::format("a port is a number from {} to 65535", lowest));
  }
  return port;
}

}  // namespace

std::string HostPort::text() const {
  std::string out = host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
  return port ? fmt::format("{}:{}", out, *port) : out;
}

Result<HostPort> parse_host_port(std::string_view text, uint16_t lowest_port) {
  HostPort parsed;
  std::string_view rest;  // the port and its colon
  if (text.starts_with('[')) {
    size_t end = text.find(']');
    bool closed = end != std::string_view::npos;
    if (closed) {
      parsed.host = text.substr(1, end - 1);
      rest = text.substr(end + 1);
    }
    if (!closed || !is_v6(parsed.host) || (!rest.empty() && rest.front() != ':')) {
      return failure("brackets hold an IPv6 address, as in [::1]:8000");
    }
  } else {
    auto is_good = [](char c) { return is_name_character(c) || c == ':'; };
    if (!std::all_of(text.begin(), text.end(), is_good)) {
      return failure("a host is an address, or a name of letters, digits, `.`, `-` and `_`");
    }
    size_t colon = std::min(text.find(':'), text.size());
    parsed.host = text.substr(0, colon);
    rest = text.substr(colon);
    if (std::count(rest.begin(), rest.end(), ':') > 1) {
      return failure("put an IPv6 address into brackets, as in [::1]:8000");
    }
    if (Result<void> good = check_name(parsed.host); !good) return tl::make_unexpected(good.error());
  }
  if (rest.empty()) return parsed;
  Result<uint16_t> port = parse_port(rest.substr(1), lowest_port);
  if (!port) return tl::make_unexpected(port.error());
  parsed.port = *port;
  return parsed;
}

}  // namespace wharf::config

#include "config/listen.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <tuple>

#include "config/quote.h"
#include "config/scalar.h"

namespace wharf::config {

namespace {

constexpr std::string_view examples = "127.0.0.1:8000, [::1]:8000, :8000 or unix:/run/wharf.sock";

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '_';
}

bool is_v4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool is_v6(std::string text) {
  in6_addr address{};
  text.resize(std::min(text.find('%'), text.size()));  // the zone of a link-local address: fe80::1%eth0
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

Result<ListenAddress> parse_unix(std::string_view path) {
  ListenAddress address;
  address.kind = ListenAddress::Kind::Unix;
  address.path = path;
  if (!path.starts_with('/')) return failure("write the whole path, as in unix:/run/wharf.sock");
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return failure(
        fmt::format("the path of a socket has at most {} bytes", sizeof(sockaddr_un::sun_path) - 1));
  }
  return address;
}

Result<void> check_host(const std::string& host, bool bracketed) {
  if (bracketed) {
    if (is_v6(host)) return {};
    return failure("brackets hold an IPv6 address, as in [::1]:8000");
  }
  if (host.find(':') != std::string::npos)
    return failure("put an IPv6 address into brackets, as in [::1]:8000");
  if (!std::all_of(host.begin(), host.end(), is_name_character))
    return failure(fmt::format("write {}", examples));
  bool looks_like_v4 = !host.empty() && host.find_first_not_of("0123456789.") == std::string::npos;
  if (looks_like_v4 && !is_v4(host)) return failure("an IPv4 address has four numbers from 0 to 255");
  return {};
}

Result<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  std::from_chars_result read = std::from_chars(text.data(), end, port);
  if (text.empty() || read.ec != std::errc() || read.ptr != end)
    return failure("a port is a number from 0 to 65535");
  return port;
}

// Two addresses with the same key cannot both be listened on. Port 0 is another port each time.
std::tuple<std::string, uint16_t, std::string> key_of(const ListenAddress& address) {
  std::string host = address.host;
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return {host, address.port, address.path};
}

}  // namespace

Result<ListenAddress> parse_listen(std::string_view text) {
  constexpr std::string_view unix_prefix = "unix:";
  ListenAddress address;
  if (text.starts_with(unix_prefix)) {
    Result<ListenAddress> socket = parse_unix(text.substr(unix_prefix.size()));
    if (socket) socket->text = text;
    return socket;
  }
  address.text = text;
  if (text.find('/') != std::string_view::npos) return failure(fmt::format("write {}", examples));
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    bool only_port = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    if (only_port) return failure(fmt::format("write 127.0.0.1:{0}, or :{0} for every address", text));
    return failure(fmt::format("the port is missing: write {}", examples));
  }
  std::string_view host = text.substr(0, colon);
  bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  address.host = bracketed ? host.substr(1, host.size() - 2) : host;
  if (Result<void> good = check_host(address.host, bracketed); !good)
    return tl::make_unexpected(good.error());
  Result<uint16_t> port = parse_port(text.substr(colon + 1));
  if (!port) return tl::make_unexpected(port.error());
  address.port = *port;
  return address;
}

void read_listen(const Node& node, std::vector<ListenAddress>& addresses, Findings& findings) {
  addresses.clear();
  std::map<std::tuple<std::string, uint16_t, std::string>, int> lines;
  for (const PlacedText& entry : read_texts(node, "listen", findings)) {
    Result<ListenAddress> address = parse_listen(entry.text);
    if (!address) {
      findings.add(entry.place, fmt::format("{} is no address to listen on", quote(entry.text)),
                   address.error().text);
      continue;
    }
    address->where = findings.at(entry.place);
    bool any_port = address->kind == ListenAddress::Kind::Tcp && address->port == 0;
    auto [seen, is_new] = lines.emplace(key_of(*address), entry.place.line);
    if (!is_new && !any_port) {
      findings.add(
          entry.place,
          fmt::format("duplicate address {}, first written in line {}", quote(entry.text), seen->second),
          "keep one of the two");
      continue;
    }
    addresses.push_back(std::move(*address));
  }
}

}  // namespace wharf::config

#include "server/forwarded.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/host_port.h"

namespace wharf::server {

namespace {

struct Endpoint {
  std::string address;
  uint16_t port = 0;
};

// 192.0.2.1, 192.0.2.1:5678, 2001:db8::1, [2001:db8::1], [2001:db8::1]:5678
std::optional<Endpoint> parse_entry(std::string_view text) {
  if (const std::optional<config::IpAddress> bare = config::parse_ip(text)) return Endpoint{bare->text(), 0};
  const Result<config::HostPort> parts = config::parse_host_port(text, 0);
  if (!parts) return std::nullopt;
  const std::optional<config::IpAddress> address = config::parse_ip(parts->host);
  if (!address) return std::nullopt;
  return Endpoint{address->text(), parts->port.value_or(0)};
}

// True when there may be more behind it.
bool follow(const config::TrustedProxies& trusted, std::string_view entry, Client& client) {
  std::optional<Endpoint> named = parse_entry(entry);
  if (!named) return false;
  client.address = std::move(named->address);
  client.port = named->port;
  return trusted.trusts(client.address);
}

// Of a comma-separated list, which may have empty entries.
std::string_view last_of(std::string_view list) { return trim(list.substr(list.rfind(',') + 1)); }

void follow_all(const config::TrustedProxies& trusted, const HttpHead& head, Client& client) {
  for (auto field = head.fields.rbegin(); field != head.fields.rend(); ++field) {
    if (field->name != "x-forwarded-for") continue;
    std::string_view list = field->value;
    while (true) {
      if (!follow(trusted, last_of(list), client)) return;
      const size_t comma = list.rfind(',');
      if (comma == std::string_view::npos) break;
      list = list.substr(0, comma);
    }
  }
}

// The last one's word: a proxy that does not replace the header adds to it.
std::optional<bool> came_by_tls(const HttpHead& head) {
  std::string_view list;
  for (const HeaderField& field : head.fields) {
    if (field.name == "x-forwarded-proto") list = field.value;
  }
  const std::string_view scheme = last_of(list);
  if (equal_ignoring_case(scheme, "https") || equal_ignoring_case(scheme, "wss")) return true;
  if (equal_ignoring_case(scheme, "http") || equal_ignoring_case(scheme, "ws")) return false;
  return std::nullopt;
}

}  // namespace

Client find_client(const config::TrustedProxies& trusted, const Peer& peer, const HttpHead& head) {
  Client client{peer.address, peer.port, peer.secure ? std::optional(true) : std::nullopt};
  if (peer.source == Peer::Source::Nameless || !trusted.trusts(peer.address)) return client;
  follow_all(trusted, head, client);
  if (const std::optional<bool> secure = came_by_tls(head)) client.secure = secure;
  return client;
}

}  // namespace wharf::server

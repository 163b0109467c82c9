#include "config/listen.h"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "config/host_port.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"
#include "config/tls.h"

namespace wharf::config {

namespace {

constexpr std::string_view examples = "127.0.0.1:8000, [::1]:8000, :8000, unix:/run/wharf.sock or systemd";

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

Result<ListenAddress> parse_tcp(std::string_view text) {
  ListenAddress address;
  if (text.find('/') != std::string_view::npos) return failure(fmt::format("write {}", examples));
  bool only_port = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (only_port) return failure(fmt::format("write 127.0.0.1:{0}, or :{0} for every address", text));
  Result<HostPort> parsed = parse_host_port(text, 0);
  if (!parsed) return tl::make_unexpected(parsed.error());
  if (!parsed->port) return failure(fmt::format("the port is missing: write {}", examples));
  address.host = std::move(parsed->host);
  address.port = *parsed->port;
  return address;
}

Result<ListenAddress> parse_systemd(std::string_view name) {
  ListenAddress address;
  address.kind = ListenAddress::Kind::Systemd;
  address.name = name;
  return address;
}

// Two addresses with the same key cannot both be listened on.
std::tuple<std::string, uint16_t, std::string, std::string> key_of(const ListenAddress& address) {
  std::string host = address.host;
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (address.kind == ListenAddress::Kind::Systemd) host = "systemd";
  return {host, address.port, address.path, address.name};
}

std::optional<ListenAddress> read_address(const Node& node, std::string_view key, Findings& findings) {
  const std::optional<std::string> text = read_text(node, key, findings);
  if (!text) return std::nullopt;
  Result<ListenAddress> address = parse_listen(*text);
  if (!address) {
    findings.add(node.place, fmt::format("{} is no address to listen on", quote(*text)),
                 address.error().text);
    return std::nullopt;
  }
  address->where = findings.at(node.place);
  return std::move(*address);
}

// An address alone, or a map that has it beside its settings.
std::optional<ListenAddress> read_entry(const Node& node, const std::filesystem::path& base,
                                        Problems& warnings, Findings& findings) {
  if (node.kind != Node::Kind::Map) return read_address(node, "listen", findings);
  Section section(node, "an entry of `listen`", findings);
  const Node* text = section.take("address");
  const Node* proxy_protocol = section.take("proxy_protocol");
  const Node* tls = section.take("tls");
  section.finish();
  if (text == nullptr) {
    findings.add(node.place, "an entry of `listen` has no `address`", "add one: `address: 127.0.0.1:8000`");
    return std::nullopt;
  }
  std::optional<ListenAddress> address = read_address(*text, "address", findings);
  if (address && proxy_protocol != nullptr) {
    address->proxy_protocol =
        read_choice(*proxy_protocol, "proxy_protocol", {"false", "true"}, findings) == 1;
  }
  if (tls == nullptr) return address;
  std::shared_ptr<const TlsIdentity> identity = read_tls(*tls, base, warnings, findings);
  if (address) address->tls = std::move(identity);
  return address;
}

std::vector<const Node*> entries_of(const Node& node, Findings& findings) {
  if (node.kind != Node::Kind::List) return {&node};
  if (node.items.empty()) {
    findings.add(node.place, "`listen` is an empty list", "write one entry, or remove the key");
  }
  std::vector<const Node*> entries;
  for (const std::shared_ptr<const Node>& item : node.items) entries.push_back(item.get());
  return entries;
}

}  // namespace

Result<ListenAddress> parse_listen(std::string_view text) {
  constexpr std::string_view unix_prefix = "unix:";
  constexpr std::string_view systemd_prefix = "systemd:";
  Result<ListenAddress> address;
  if (text.starts_with(unix_prefix)) {
    address = parse_unix(text.substr(unix_prefix.size()));
  } else if (text == "systemd" || text.starts_with(systemd_prefix)) {
    address = parse_systemd(text.substr(std::min(text.size(), systemd_prefix.size())));
  } else {
    address = parse_tcp(text);
  }
  if (address) address->text = text;
  return address;
}

void read_listen(const Node& node, const std::filesystem::path& base, std::vector<ListenAddress>& addresses,
                 Problems& warnings, Findings& findings) {
  addresses.clear();
  std::map<std::tuple<std::string, uint16_t, std::string, std::string>, int> lines;
  for (const Node* entry : entries_of(node, findings)) {
    std::optional<ListenAddress> address = read_entry(*entry, base, warnings, findings);
    if (!address) continue;
    // Port 0 is another one each time; but a listener with TLS is known by its address when its certificate
    // changes.
    const bool any_port = address->kind == ListenAddress::Kind::Tcp && address->port == 0;
    if (any_port && address->tls == nullptr) {
      addresses.push_back(std::move(*address));
      continue;
    }
    auto [seen, is_new] = lines.emplace(key_of(*address), address->where.line);
    if (!is_new) {
      findings.add(
          {address->where.line, address->where.column},
          fmt::format("duplicate address {}, first written in line {}", quote(address->text), seen->second),
          "keep one of the two");
      continue;
    }
    addresses.push_back(std::move(*address));
  }
}

void read_admin(const Node& node, std::optional<ListenAddress>& admin, Findings& findings) {
  std::optional<ListenAddress> address = read_address(node, "admin", findings);
  if (!address) return;
  const bool local = address->kind == ListenAddress::Kind::Unix || address->host == "::1" ||
                     address->host == "localhost" || address->host.starts_with("127.");
  if (!local || address->kind == ListenAddress::Kind::Systemd) {
    findings.add(
        node.place,
        fmt::format("`admin` cannot be {}: whoever reaches it may command the server", quote(address->text)),
        "write unix:/run/wharf/admin.sock, or an address such as 127.0.0.1:8001");
    return;
  }
  admin = std::move(address);
}

}  // namespace wharf::config

#include "target_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "glob.h"

namespace wharf_paramiko::ssh {

namespace {

bool is_name_pattern(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_*?") == std::string_view::npos;
}

// A name or an address. Anything else could mean one host to a pattern and another one to the resolver (which
// stops at a 0), or be more than a name in a line of known_hosts.
bool is_host(std::string_view text) {
  constexpr size_t longest = 255;
  return !text.empty() && text.size() <= longest &&
         lower(text).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_:") == std::string::npos;
}

tl::unexpected<Error> not_understood(std::string_view what, std::string_view list, std::string_view remedy) {
  return failure(Code::Internal, fmt::format("`{}` in `{}` is not understood: {}", what, list, remedy));
}

std::string shown(std::string_view host, uint16_t port) {
  return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                  : fmt::format("[{}]:{}", host, port);
}

Error refused(std::string_view host, uint16_t port) {
  if (!is_host(host)) {
    return {Code::Policy,
            "what was given as the host is neither a name nor an address: letters, digits, dots and "
            "hyphens make a name"};
  }
  return {
      Code::Policy,
      fmt::format("{} is not among the hosts that this terminal may connect to: ask its operator to add it "
                  "to `allow`",
                  shown(host, port))};
}

}  // namespace

std::optional<TargetPolicy::Rule> TargetPolicy::parse(std::string_view text) {
  std::string_view host;
  std::string_view port;
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  host = text.substr(0, colon);
  port = text.substr(colon + 1);
  Rule rule;
  if (port != "*") {
    uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc() || end != port.data() + port.size() || number == 0) return std::nullopt;
    rule.port = number;
  }
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  // Without brackets the last colon may be one of the address.
  if (!brackets && host.find(':') != std::string_view::npos) return std::nullopt;
  rule.block = Cidr::parse(host);
  if (rule.block) return rule;
  rule.name = lower(host);
  if (brackets || !is_name_pattern(rule.name)) return std::nullopt;
  return rule;
}

Result<TargetPolicy> TargetPolicy::make(const std::vector<std::string>& allow,
                                        const std::vector<std::string>& deny) {
  TargetPolicy policy;
  for (const std::string& text : allow) {
    std::optional<Rule> rule = parse(text);
    if (!rule) {
      return not_understood(text, "allow",
                            "write host:22, *.lab.example:22, 10.0.0.0/8:22 or [::1]:22, or `*` as the port");
    }
    policy.allow_.push_back(std::move(*rule));
  }
  for (const std::string& text : deny) {
    const std::optional<Cidr> block = Cidr::parse(text);
    if (!block) return not_understood(text, "deny", "write an address or a block like 169.254.0.0/16");
    policy.deny_.push_back(*block);
  }
  return policy;
}

std::vector<std::string> TargetPolicy::usual_deny() {
  return {"169.254.0.0/16",      // link-local, and the metadata of most clouds
          "fe80::/10",           // link-local
          "fd00:ec2::254/128",   // metadata: AWS
          "fd20:ce::254/128",    // Google Cloud
          "100.100.100.200/32",  // Alibaba Cloud
          "192.0.0.192/32",      // Oracle Cloud
          "168.63.129.16/32",    // Azure
          "0.0.0.0/8",           // this very machine, by a name that block lists forget
          "::/128"};
}

bool TargetPolicy::allows(std::string_view host, uint16_t port, const Address* address) const {
  if (!is_host(host)) return false;
  const std::string name = lower(host);
  // A pattern is about names: 10.* would otherwise let an address in that no block allows. A lone `*` is
  // everything.
  const bool is_address = Address::parse(host, port).has_value();
  return std::any_of(allow_.begin(), allow_.end(), [&](const Rule& rule) {
    if (rule.port && *rule.port != port) return false;
    if (rule.block) return address == nullptr || rule.block->contains(*address);
    return is_address ? rule.name == "*" : glob_matches(rule.name, name);
  });
}

std::optional<Error> TargetPolicy::check_name(std::string_view host, uint16_t port) const {
  if (const std::optional<Address> address = Address::parse(host, port)) return check(host, port, *address);
  if (!allows(host, port, nullptr)) return refused(host, port);
  return std::nullopt;
}

std::optional<Error> TargetPolicy::check(std::string_view host, uint16_t port, const Address& address) const {
  if (!allows(host, port, &address)) return refused(host, port);
  if (std::any_of(deny_.begin(), deny_.end(), [&](const Cidr& block) { return block.contains(address); })) {
    return Error{
        Code::Policy,
        fmt::format("{} leads to {}, an address that this terminal must not connect to (`deny`): name "
                    "another host",
                    shown(host, port), address.text())};
  }
  return std::nullopt;
}

std::optional<Error> TargetPolicy::check_unresolved(std::string_view host, uint16_t port) const {
  if (const std::optional<Address> address = Address::parse(host, port)) return check(host, port, *address);
  if (!is_host(host)) return refused(host, port);
  // An address that the far end is free to choose: no block says anything about it.
  const std::string name = lower(host);
  const bool named = std::any_of(allow_.begin(), allow_.end(), [&](const Rule& rule) {
    return !rule.block && (!rule.port || *rule.port == port) && glob_matches(rule.name, name);
  });
  if (!named) return refused(host, port);
  return std::nullopt;
}

}  // namespace wharf_paramiko::ssh

// SPDX-License-Identifier: MIT
#include "terminal/target_rule.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "terminal/printable.h"

namespace wharf_paramiko::terminal {

namespace {

using Address = std::array<uint8_t, 16>;

constexpr uint32_t before_ipv4 = 96;  // bits of ::ffff:0:0

tl::unexpected<std::string> failure(std::string why) { return tl::make_unexpected(std::move(why)); }

struct Parsed {
  Address address{};
  bool is_ipv4 = false;
};

std::optional<Parsed> parse_address(const std::string& text) {
  Parsed parsed;
  if (inet_pton(AF_INET6, text.c_str(), parsed.address.data()) == 1) return parsed;
  parsed.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  parsed.is_ipv4 = true;
  if (inet_pton(AF_INET, text.c_str(), parsed.address.data() + 12) == 1) return parsed;
  return std::nullopt;
}

std::string show(const Parsed& parsed) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  int family = parsed.is_ipv4 ? AF_INET : AF_INET6;
  inet_ntop(family, parsed.address.data() + (parsed.is_ipv4 ? 12 : 0), text.data(), text.size());
  return text.data();
}

// The address with all bits after the prefix 0.
Address masked(Address address, uint32_t prefix) {
  for (uint32_t bit = prefix; bit < 128; ++bit) address[bit / 8] &= static_cast<uint8_t>(~(0x80u >> bit % 8));
  return address;
}

tl::expected<uint32_t, std::string> parse_number(std::string_view text, uint32_t least, uint32_t most,
                                                 std::string_view what) {
  uint32_t number = 0;
  std::from_chars_result read = std::from_chars(text.data(), text.data() + text.size(), number);
  bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!is_whole || number < least || number > most)
    return failure(
        fmt::format("the {} `{}` is no number from {} to {}", what, printable_line(text, 20), least, most));
  return number;
}

tl::expected<void, std::string> read_network(TargetRule& rule, std::string_view host) {
  size_t slash = host.find('/');
  std::string text(host.substr(0, slash));
  std::optional<Parsed> parsed = parse_address(text);
  if (!parsed)
    return failure(
        fmt::format("`{}` is no address: write a network as 10.0.0.0/8", printable_line(text, 60)));
  tl::expected<uint32_t, std::string> bits =
      parse_number(host.substr(slash + 1), 0, parsed->is_ipv4 ? 32 : 128, "length of the network");
  if (!bits) return failure(bits.error());
  rule.kind = TargetRule::Kind::Network;
  rule.prefix = *bits + (parsed->is_ipv4 ? before_ipv4 : 0);
  rule.address = masked(parsed->address, rule.prefix);
  if (rule.address == parsed->address) return {};
  Parsed network{rule.address, parsed->is_ipv4};
  return failure(fmt::format("`{}` has bits behind its length: write {}/{}", printable_line(host, 60),
                             show(network), *bits));
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && std::all_of(label.begin(), label.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

tl::expected<void, std::string> read_name(TargetRule& rule, std::string_view host) {
  rule.name = host;
  for (char& c : rule.name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (rule.name == "*") return {};
  std::string_view rest = rule.name;
  if (rest.starts_with("*.")) rest.remove_prefix(2);
  std::string shown = printable_line(host, 60);
  if (rest.empty()) return failure("there is no host: write it like host.example:22");
  if (rest.find_first_not_of("0123456789.") == std::string_view::npos)
    return failure(fmt::format("`{}` is no IPv4 address", shown));
  if (rest.find('*') != std::string_view::npos)
    return failure(
        fmt::format("`{}`: a `*` stands for whole labels at the beginning, as in *.lab.example", shown));
  bool is_name = rest.size() <= 253;
  while (is_name && !rest.empty()) {
    size_t dot = std::min(rest.find('.'), rest.size());
    is_name = is_label(rest.substr(0, dot)) && dot + 1 != rest.size();
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  if (!is_name) return failure(fmt::format("`{}` is no name of a host, no address and no network", shown));
  return {};
}

struct Split {
  std::string_view host;
  std::string_view port;
  bool has_port = false;
};

tl::expected<Split, std::string> split(std::string_view text) {
  if (text.starts_with('[')) {
    size_t end = text.find(']');
    if (end == std::string_view::npos) return failure("the `[` has no `]`");
    std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return failure("what follows the `]` is no `:PORT`");
    return Split{text.substr(1, end - 1), rest.substr(std::min<size_t>(1, rest.size())), !rest.empty()};
  }
  size_t colon = text.find(':');
  bool is_ipv6 = colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos;
  if (colon == std::string_view::npos || is_ipv6) return Split{text, {}, false};
  return Split{text.substr(0, colon), text.substr(colon + 1), true};
}

}  // namespace

tl::expected<TargetRule, std::string> parse_target_rule(std::string_view text) {
  tl::expected<Split, std::string> parts = split(text);
  if (!parts) return failure(parts.error());
  TargetRule rule;
  rule.text = text;
  if (parts->has_port && parts->port != "*") {
    tl::expected<uint32_t, std::string> port = parse_number(parts->port, 1, 65'535, "port");
    if (!port) return failure(port.error());
    rule.port = static_cast<uint16_t>(*port);
  }
  tl::expected<void, std::string> read;
  if (parts->host.find('/') != std::string_view::npos) {
    read = read_network(rule, parts->host);
  } else if (std::optional<Parsed> parsed = parse_address(std::string(parts->host))) {
    rule.kind = TargetRule::Kind::Network;
    rule.address = parsed->address;
  } else if (parts->host.find(':') != std::string_view::npos) {
    read = failure(fmt::format("`{}` is no IPv6 address", printable_line(parts->host, 60)));
  } else {
    read = read_name(rule, parts->host);
  }
  if (!read) return failure(read.error());
  return rule;
}

}  // namespace wharf_paramiko::terminal

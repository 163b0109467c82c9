// SPDX-License-Identifier: MIT
//
// One line of `allow` or `deny`: which targets it means.
//
//   127.0.0.1:22   [::1]:22   host.example:22   *.lab.example:22   10.0.0.0/8:22   [fd00::/8]:22
//
// Without a port, or with `*` for one, it means every port. A bare IPv6 address or network needs no brackets
// then: fe80::/10.
#pragma once

#include <tl/expected.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace wharf_paramiko::terminal {

struct TargetRule {
  enum class Kind { Name, Network };

  Kind kind = Kind::Name;
  std::string name;  // of a Name: lower case; "*.lab.example" is every name below lab.example
  std::array<uint8_t, 16> address{};  // of a Network; IPv4 as ::ffff:a.b.c.d
  uint32_t prefix = 128;              // bits of `address` that count
  uint16_t port = 0;                  // 0: every port
  std::string text;                   // as it was written
};

// [any-thread] The error says what to write instead.
tl::expected<TargetRule, std::string> parse_target_rule(std::string_view text);

}  // namespace wharf_paramiko::terminal

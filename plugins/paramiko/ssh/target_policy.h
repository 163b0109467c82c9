// Which hosts a route may connect to. Names are checked as they were asked for, addresses as they were
// resolved, so that a name which suddenly means another machine leads nowhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address.h"
#include "error.h"

namespace wharf_paramiko::ssh {

class TargetPolicy {
 public:
  // Allows nothing.
  TargetPolicy() = default;

  // `allow`: "host:22", "*.lab.example:22", "10.0.0.0/8:22", "[::1]:22", "[fd00::/8]:22"; the port may be
  // `*`. `deny`: blocks of addresses, which win over `allow`.
  static Result<TargetPolicy> make(const std::vector<std::string>& allow,
                                   const std::vector<std::string>& deny);
  // What nobody wants to reach by accident: link-local addresses, and those where clouds answer with
  // credentials.
  static std::vector<std::string> usual_deny();

  // Before the name is looked up: E_POLICY when no address could make it allowed.
  std::optional<Error> check_name(std::string_view host, uint16_t port) const;
  // `host` resolved to `address`: E_POLICY unless it is allowed.
  std::optional<Error> check(std::string_view host, uint16_t port, const Address& address) const;
  // For a host that another host looks up: only its name, or its address if it is one, can be checked.
  std::optional<Error> check_unresolved(std::string_view host, uint16_t port) const;

 private:
  struct Rule {
    std::string name;  // a pattern in lower case, empty when `block` is there
    std::optional<Cidr> block;
    std::optional<uint16_t> port;  // none: every port
  };
  static std::optional<Rule> parse(std::string_view text);
  bool allows(std::string_view host, uint16_t port, const Address* address) const;

  std::vector<Rule> allow_;
  std::vector<Cidr> deny_;
};

}  // namespace wharf_paramiko::ssh

// What the rules of a route make of a host's key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "error.h"
#include "events.h"
#include "known_hosts.h"
#include "settings.h"

namespace wharf_paramiko::ssh {

struct HostKeyDecision {
  HostKeyReport report;          // with `question` when a person decides
  std::optional<Error> refusal;  // E_HOSTKEY; E_ALG_RSA when the key that is known cannot be used
  bool remember = false;         // to be written down without a question
};

// `report` of the result has `address` left empty. `offered` are the algorithms that we offered the host.
HostKeyDecision decide(const HostKeyRules& rules, const KnownHost& known, std::string_view host,
                       uint16_t port, std::string_view blob, std::string_view offered);

}  // namespace wharf_paramiko::ssh

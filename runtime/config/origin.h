// The Origin header of a browser: where the page that connects came from (RFC 6454), and which are let in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"
#include "telemetry/error.h"

namespace wharf::config {

struct Origin {
  std::string scheme;  // lower case; empty for `null`, which is the origin of no place
  std::string host;    // lower case, without brackets; empty for `null` and for file://
  std::optional<uint16_t> port;

  // The port, or else the one that http, https, ws and wss have; 0 for other schemes.
  uint16_t effective_port() const;
};

// [any-thread] What a header says. A user name and a path are passed over, as Channels does. The error is for
// who sent it.
Result<Origin> parse_origin(std::string_view text);

// [loader] `origins:`, a word or a list.
void read_origins(const Node& node, Origins& origins, Findings& findings);

}  // namespace wharf::config

// `limits:` of the server and of one route.
#pragma once

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] What the file does not say keeps the value it has in `limits` and `gate`.
void read_server_limits(const Node& node, Limits& limits, GateLimits& gate, Findings& findings);
void read_route_limits(const Node& node, Limits& limits, Findings& findings);

}  // namespace wharf::config

// `routes:` of the main file and of drop-ins.
#pragma once

#include <vector>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Appends to `routes`. `defaults` has what holds for a route that sets nothing of its own.
void read_routes(const Node& node, const Config& defaults, std::vector<Route>& routes, Findings& findings);

// [loader] A route with the pattern of an earlier one never gets a connection. Across files, hence at the
// end.
void check_reachable(const std::vector<Route>& routes, Problems& problems);

}  // namespace wharf::config

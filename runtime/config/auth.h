// `auth:`, the ordered list of methods that may name the user.
#pragma once

#include <vector>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader]
void read_auth(const Node& node, std::vector<AuthMethod>& methods, Findings& findings);

}  // namespace wharf::config

// `require:` of a route, who may ask for it at all.
#pragma once

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] `user`, or {users: [alice, bob]}.
void read_require(const Node& node, Require& require, Findings& findings);

// [loader] A route that wants a user where `auth:` can name none lets nobody in.
void check_required(const Config& config, Problems& problems);

}  // namespace wharf::config

// `auth:`, the ordered list of methods that may name the user.
#pragma once

#include <filesystem>
#include <vector>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Relative files are relative to `base`.
void read_auth(const Node& node, const std::filesystem::path& base, std::vector<AuthMethod>& methods,
               Findings& findings);

}  // namespace wharf::config

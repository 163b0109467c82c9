// `forward:`, a method of `auth:`.
#pragma once

#include <filesystem>

#include "config/findings.h"
#include "config/forward_auth.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Reads the certificates, too; relative files are relative to `base`.
void read_forward(const Node& node, const std::filesystem::path& base, ForwardAuth& forward,
                  Findings& findings);

}  // namespace wharf::config

// `static:`, the directories of pages.
#pragma once

#include <filesystem>
#include <vector>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Relative directories are relative to `base`. Looks whether they exist.
void read_static_mounts(const Node& node, const std::filesystem::path& base, std::vector<StaticMount>& mounts,
                        Findings& findings);

}  // namespace wharf::config

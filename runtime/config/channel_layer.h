// `channel_layer:`.
#pragma once

#include <filesystem>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Files of secrets are relative to `base`.
void read_channel_layer(const Node& node, const std::filesystem::path& base, ChannelLayer& layer,
                        Findings& findings);

}  // namespace wharf::config

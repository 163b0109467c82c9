// `channel_layer:`.
#pragma once

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader]
void read_channel_layer(const Node& node, ChannelLayer& layer, Findings& findings);

}  // namespace wharf::config

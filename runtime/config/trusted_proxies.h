// `trusted_proxies:`, whose word about their clients is believed.
#pragma once

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] One address, network or `unix`, or a list of them.
void read_trusted_proxies(const Node& node, TrustedProxies& proxies, Findings& findings);

// [loader] A listener whose connections begin with a PROXY header needs somebody whose header is believed.
void check_proxy_protocol(const Config& config, Problems& problems);

}  // namespace wharf::config

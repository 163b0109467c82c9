// `hosts:` of a Redis channel layer.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] One URL in a text.
std::optional<RedisHost> read_redis_url(const Node& node, Findings& findings);

// [loader] One host or a list: URLs, maps with a `url`, maps with `sentinels`. Files of secrets are relative
// to `base`.
void read_redis_hosts(const Node& node, const std::filesystem::path& base, std::vector<RedisHost>& hosts,
                      Findings& findings);

}  // namespace wharf::config

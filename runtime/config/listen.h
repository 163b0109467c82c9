// "host:port", "[::1]:8000", ":8000" or "unix:/path" -> where to listen, and how.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"
#include "telemetry/error.h"

namespace wharf::config {

// [any-thread] Without its place. Resolves no names. The error says what to write instead.
Result<ListenAddress> parse_listen(std::string_view text);

// [loader] `listen:`, one entry or a list: an address, or a map with an `address` and its settings,
// whose files are relative to `base`.
void read_listen(const Node& node, const std::filesystem::path& base, std::vector<ListenAddress>& addresses,
                 Problems& warnings, Findings& findings);

// [loader] `admin:`, one address that strangers cannot reach: of this machine's loopback, or a unix socket.
void read_admin(const Node& node, std::optional<ListenAddress>& address, Findings& findings);

}  // namespace wharf::config

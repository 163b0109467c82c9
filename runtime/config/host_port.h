// host:port as people write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/error.h"

namespace wharf::config {

struct HostPort {
  std::string host;  // a name or an address, without brackets; may be empty
  std::optional<uint16_t> port;

  // With the brackets of an IPv6 address, and the port if there is one.
  std::string text() const;
};

// [any-thread] "127.0.0.1:8000", "[::1]:8000", ":8000", "localhost". The error says what to write instead,
// and repeats nothing of `text`.
Result<HostPort> parse_host_port(std::string_view text, uint16_t lowest_port);

}  // namespace wharf::config

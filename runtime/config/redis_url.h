// A Redis server as a URL: redis://[[user]:password@]host[:port][/db][?db=N],
// unix://[[user]:password@]/path[?db=N].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/config.h"
#include "config/scalar.h"
#include "telemetry/error.h"

namespace wharf::config {

inline constexpr Range<uint64_t> redis_databases = {0, 65535};

// [any-thread] A host without its place. It may have a user name without a password, which stands elsewhere
// then. The error says what to write instead, and repeats nothing that could be a password.
Result<RedisHost> parse_redis_url(std::string_view text);

// [any-thread] A URL, or what was meant as one, for a message: without what may be a password.
std::string without_password(std::string_view text);

}  // namespace wharf::config

// The log: spdlog, one logger per server, handed down; never the library's global registry.
#pragma once

#include <spdlog/spdlog.h>

#include <memory>
#include <string_view>

namespace wharf::telemetry {

using Log = spdlog::logger;

// [any-thread] A logger that writes lines to stderr: "2026-01-31 12:00:00.123 warning message".
std::shared_ptr<Log> make_log(spdlog::level::level_enum level);

// Text that a stranger chose, made safe for one log line: control bytes as \xNN, cut after `limit` bytes.
std::string printable(std::string_view text, size_t limit = 200);

}  // namespace wharf::telemetry

// Sizes and durations as people write them. A bare number of a duration would leave the reader guessing at
// the unit, so only 0 may stand without one.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "telemetry/error.h"

namespace wharf::config {

// [any-thread] "1 MiB", "64KiB", "1000 B", "1000" -> bytes. The error says what to write instead.
Result<uint64_t> parse_size(std::string_view text);

// [any-thread] "20 s", "200 ms", "5 min", "1 h", "1 d", "0". The error says what to write instead.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// [any-thread] The other way, in the largest unit that needs no fraction: "1 MiB", "20 s".
std::string show_size(uint64_t bytes);
std::string show_duration(std::chrono::milliseconds duration);

}  // namespace wharf::config

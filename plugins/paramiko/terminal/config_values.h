// SPDX-License-Identifier: MIT
//
// Sizes and durations as the routes file writes them, with and without the space: "256 KiB", "256KiB", "10
// s", "30m".
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wharf_paramiko::terminal {

// [any-thread] The errors say what to write instead. A number without a unit is bytes; a duration needs one,
// unless it is 0.
tl::expected<uint64_t, std::string> parse_size(std::string_view text);
tl::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text);

std::string show_size(uint64_t bytes);
std::string show_duration(std::chrono::milliseconds duration);

// [any-thread] "did you mean `x`?", or "write one of ..." when nothing is near.
std::string suggest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace wharf_paramiko::terminal

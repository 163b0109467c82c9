// SPDX-License-Identifier: MIT
//
// What is written down about a terminal: one event is one line, an object of JSON in ASCII. Names and texts
// of strangers are values in it, so none of them can begin another line, or be taken for another field.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wharf_paramiko::terminal {

using AuditValue = std::variant<std::string, int64_t, bool>;
// In their order. Texts are cut at 4 KiB.
using AuditFields = std::vector<std::pair<std::string_view, AuditValue>>;

// [any-thread] Without a line break. `at` comes first, as a time of RFC 3339 in UTC; none where somebody else
// writes the time before it.
std::string audit_line(std::string_view event, std::optional<std::chrono::system_clock::time_point> at,
                       const AuditFields& fields);

}  // namespace wharf_paramiko::terminal

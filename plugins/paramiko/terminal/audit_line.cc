// SPDX-License-Identifier: MIT
#include "terminal/audit_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace wharf_paramiko::terminal {

namespace {

constexpr size_t longest_text = 4096;

std::string rfc3339(std::chrono::system_clock::time_point at) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::duration_cast<std::chrono::seconds>(since).count()),
                     since.count() % 1000);
}

}  // namespace

std::string audit_line(std::string_view event, std::optional<std::chrono::system_clock::time_point> at,
                       const AuditFields& fields) {
  nlohmann::ordered_json line;
  if (at) line["time"] = rfc3339(*at);
  line["event"] = event;
  for (const auto& [name, value] : fields) {
    const std::string key(name);
    if (const std::string* text = std::get_if<std::string>(&value)) {
      line[key] = text->substr(0, longest_text);
    } else {
      std::visit([&](const auto& plain) { line[key] = plain; }, value);
    }
  }
  return line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace wharf_paramiko::terminal

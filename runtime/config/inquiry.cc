#include "config/inquiry.h"

#include <optional>

#include "config/scalar.h"

namespace wharf::config {

void take_inquiry_limits(Section& section, InquiryLimits& limits, Findings& findings) {
  if (const Node* node = section.take("connections")) {
    limits.connections = read_number(*node, "connections", {1, 64}, findings).value_or(limits.connections);
  }
  if (const Node* node = section.take("timeout")) {
    constexpr Range<Duration> range = {Duration(100), Duration(60'000)};
    limits.timeout = read_duration(*node, "timeout", range, false, findings).value_or(limits.timeout);
  }
  if (const Node* node = section.take("remember")) {
    constexpr Range<Duration> range = {Duration(1), Duration(600'000)};
    limits.remember = read_duration(*node, "remember", range, true, findings).value_or(limits.remember);
  }
  if (const Node* node = section.take("recheck")) {
    constexpr Range<Duration> range = {Duration(1'000), Duration(86'400'000)};
    limits.recheck = read_duration(*node, "recheck", range, true, findings).value_or(limits.recheck);
  }
  if (const Node* node = section.take("unavailable")) {
    std::optional<size_t> choice = read_choice(*node, "unavailable", {"refuse", "anonymous"}, findings);
    if (choice) limits.anonymous_without = *choice == 1;
  }
}

}  // namespace wharf::config

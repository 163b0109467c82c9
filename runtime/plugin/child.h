// A child process with a deadline.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/error.h"

namespace wharf::plugin {

struct ChildEnd {
  std::string report;      // what it wrote to descriptor 3, at most 64 KiB
  bool timed_out = false;  // killed by the deadline
  int signal = 0;          // that ended it, or 0
  int exit_code = 0;       // when no signal did
};

// [loader] Runs `arguments[0]` with `input` as its stdin, its stdout on our stderr, and no other descriptor
// of ours. Kills it and what it started when the deadline has passed.
Result<ChildEnd> run_child(const std::vector<std::string>& arguments, std::string_view input,
                           std::chrono::milliseconds deadline);

}  // namespace wharf::plugin

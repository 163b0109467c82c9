// Tries a plugin in a child process before this one depends on it: a crash there is a refused route, not an
// outage.
//
// The child is this program with the hidden verb `probe-plugin`. It reads the route's config from stdin and
// reports on descriptor 3, one JSON object per line: {"at": "..."} before each step, and at the end {"good":
// true} or the refusal.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "plugin/generation.h"
#include "plugin/refusal.h"

namespace wharf::plugin {

struct ProbeSettings {
  std::filesystem::path program = "/proc/self/exe";  // that has the verb
  std::chrono::milliseconds deadline{5000};          // after which the child is killed
};

// [loader] Loads the plugin in a child; with a config, creates and destroys one instance too, and with
// Unload::WhenIdle does all that several times, and sees that no code and no thread of it stays. The refusal
// says what the plugin said, where it crashed, or where it hung.
tl::expected<void, CreateRefusal> probe_in_child(const Origin& origin,
                                                 const std::optional<std::string>& config, Unload unload,
                                                 const ProbeSettings& settings);

// [loader] The child's part: tries the copy and reports. Never returns, so that no destructor of the plugin
// runs but those of dlclose.
[[noreturn]] void answer_probe(const Origin& origin, bool with_config, Unload unload);

}  // namespace wharf::plugin

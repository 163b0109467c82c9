// A password or a key: {env: NAME}, {file: PATH}, or the text itself. No message shows any of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Never empty; a line break at the end of a file is none of the secret. `key` is for the messages,
// relative files are relative to `base`. Nothing is answered when there is no secret; `findings` then has the
// reason.
std::optional<std::string> read_secret(const Node& node, std::string_view key,
                                       const std::filesystem::path& base, Findings& findings);

}  // namespace wharf::config

// The text of one configuration file: read whole, of sane size, UTF-8.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/findings.h"

namespace wharf::config {

inline constexpr size_t largest_file = 4 << 20;  // bytes

// [loader] Nothing when the file cannot be used; `findings` then says why.
std::optional<std::string> read_source(const std::filesystem::path& file, Findings& findings);

}  // namespace wharf::config

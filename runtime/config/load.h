// routes.yaml -> Config.
#pragma once

#include <tl/expected.hpp>

#include <filesystem>

#include "config/config.h"

namespace wharf::config {

// [loader] Reads `file` and the drop-ins it includes. Every problem of the files is in the answer, in the
// order of the text; nothing is half-applied. Relative paths inside are relative to the file that names them.
tl::expected<Config, Problems> load(const std::filesystem::path& file);

}  // namespace wharf::config

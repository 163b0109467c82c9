// routes.yaml -> Config.
#pragma once

#include <tl/expected.hpp>

#include <filesystem>
#include <optional>

#include "config/config.h"
#include "telemetry/error.h"

namespace wharf::config {

// [loader] Reads `file` and the drop-ins it includes. Every problem of the files is in the answer, in the
// order of the text; nothing is half-applied. Relative paths inside are relative to the file that names them.
tl::expected<Config, Problems> load(const std::filesystem::path& file);

// [loader] The `admin:` of a file, if it has one; its other keys may be as wrong as they like, but it has to
// be YAML.
Result<std::optional<ListenAddress>> find_admin(const std::filesystem::path& file);

}  // namespace wharf::config

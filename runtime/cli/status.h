// `wharf status [routes.yaml]`
#pragma once

#include <filesystem>

namespace wharf::cli {

// [loader] Prints what the running server serves, and what it once served and still has connections of.
// Returns the exit code.
int status(const std::filesystem::path& routes_file);

}  // namespace wharf::cli

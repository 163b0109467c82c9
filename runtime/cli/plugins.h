// `wharf plugins [--file routes.yaml | DIRECTORY…]`
#pragma once

#include <filesystem>
#include <vector>

namespace wharf::cli {

// [loader] Prints what every plugin in `directories` says about itself; of those that cannot be loaded, why.
// Without directories it is the plugin_path of the routes file. Returns the exit code: 0, or 1 when a plugin
// cannot be loaded or the file has problems.
int plugins(std::vector<std::filesystem::path> directories, const std::filesystem::path& routes_file);

}  // namespace wharf::cli

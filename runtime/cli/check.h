// `wharf check [routes.yaml]`
#pragma once

#include <filesystem>

namespace wharf::cli {

// [loader] Does all that `serve` does before it opens a socket, and prints the routes, or the problems; and
// what a server that runs with this file would take up only at its next start.
// Returns the exit code: 0 when it could be served, 1 when not.
int check(const std::filesystem::path& routes_file);

}  // namespace wharf::cli

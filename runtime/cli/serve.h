// `wharf serve [routes.yaml]`
#pragma once

#include <filesystem>

namespace wharf::cli {

// [loader] Serves until SIGTERM or SIGINT. Returns the exit code: 0 after an orderly end, 1 when it could not
// start.
int serve(const std::filesystem::path& routes_file);

}  // namespace wharf::cli

// `wharf reload [--dry-run] [routes.yaml]`
#pragma once

#include <filesystem>

namespace wharf::cli {

// [loader] Makes the running server look for changes, and prints what it has taken up, or would. Returns the
// exit code: 1 when it was refused, or when there is no server.
int reload(const std::filesystem::path& routes_file, bool dry_run);

}  // namespace wharf::cli

// `wharf routes URL [--file routes.yaml]`
#pragma once

#include <filesystem>
#include <string>

namespace wharf::cli {

// [loader] Prints which route takes `url`, a whole URL or a path, and why: the decoded path, the routes
// before it that did not match, what was captured. Loads no plugin. Returns the exit code: 0, or 1 when no
// route takes it or the file has problems.
int routes(const std::string& url, const std::filesystem::path& routes_file);

}  // namespace wharf::cli

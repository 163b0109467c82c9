// routes.yaml -> a deployment: the configuration read, its patterns compiled, its plugins loaded and tried.
#pragma once

#include <tl/expected.hpp>

#include <filesystem>

#include "config/problem.h"
#include "plugin/loader.h"
#include "server/deployment.h"

namespace wharf::cli {

// [loader] Every problem of the file, its patterns and its plugins, in the order of the text; or all of it,
// ready to be served. `loader` gets the plugin path of the file, and owns the private copies of the
// generations.
tl::expected<server::Deployment, config::Problems> load_routes(const std::filesystem::path& file,
                                                               plugin::Loader& loader);

// [loader] Prints problems to stderr, one line each.
void print(const config::Problems& problems);

}  // namespace wharf::cli

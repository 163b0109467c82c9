// routes.yaml -> a deployment: the configuration read, its patterns compiled, its plugins loaded and tried.
#pragma once

#include <tl/expected.hpp>

#include <filesystem>
#include <memory>

#include "config/config.h"
#include "config/problem.h"
#include "plugin/loader.h"
#include "server/deployment.h"

namespace wharf::cli {

// [loader] Every problem of the file, its patterns and its plugins, in the order of the text; or all of it,
// ready to be served. `loader` gets the plugin path of the file, and owns the private copies of the
// generations. `read`, if given, gets the configuration when the files are right, even if its plugins are
// not.
tl::expected<server::Deployment, config::Problems> load_routes(
    const std::filesystem::path& file, plugin::Loader& loader,
    std::shared_ptr<const config::Config>* read = nullptr);

// [loader] Prints problems to stderr, one line each.
void print(const config::Problems& problems);

}  // namespace wharf::cli

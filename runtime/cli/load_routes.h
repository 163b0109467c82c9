// routes.yaml -> a deployment: the configuration read, its patterns compiled, its plugins loaded and tried.
#pragma once

#include <tl/expected.hpp>

#include <filesystem>
#include <memory>

#include "config/problem.h"
#include "plugin/loader.h"
#include "server/deployment.h"
#include "telemetry/log.h"

namespace wharf::cli {

struct LoadedRoutes {
  server::Deployment deployment;
  std::unique_ptr<plugin::Loader> loader;  // owns the private copies that the generations were loaded from
};

// [loader] Every problem of the file, its patterns and its plugins, in the order of the text; or all of it,
// ready to be served.
tl::expected<LoadedRoutes, config::Problems> load_routes(const std::filesystem::path& file,
                                                         std::shared_ptr<telemetry::Log> log);

// [loader] Prints problems to stderr, one line each.
void print(const config::Problems& problems);

}  // namespace wharf::cli

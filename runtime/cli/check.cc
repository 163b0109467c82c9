#include "cli/check.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/load_routes.h"
#include "cli/route_table.h"

namespace wharf::cli {

int check(const std::filesystem::path& routes_file) {
  plugin::Loader loader({}, telemetry::make_log(spdlog::level::warn));
  const auto deployment = load_routes(routes_file, loader);
  if (!deployment) {
    print(deployment.error());
    return 1;
  }
  fmt::print("{}: no problem\n{}", routes_file.string(), describe(*deployment));
  return 0;
}

}  // namespace wharf::cli

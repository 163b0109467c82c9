#include "cli/check.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/load_routes.h"
#include "cli/route_table.h"

namespace wharf::cli {

int check(const std::filesystem::path& routes_file) {
  const auto routes = load_routes(routes_file, telemetry::make_log(spdlog::level::warn));
  if (!routes) {
    print(routes.error());
    return 1;
  }
  fmt::print("{}: no problem\n{}", routes_file.string(), describe(routes->deployment));
  return 0;
}

}  // namespace wharf::cli

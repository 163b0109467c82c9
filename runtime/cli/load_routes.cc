#include "cli/load_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "config/load.h"

namespace wharf::cli {

namespace {

using Generations = std::vector<std::shared_ptr<const plugin::Generation>>;

// Loads and tries the plugin of each route; `problems` gets what is wrong.
Generations load_plugins(const config::Config& config, plugin::Loader& loader, config::Problems& problems) {
  Generations generations;
  // What cannot be loaded is tried, and told, once: that may have taken its whole deadline.
  std::set<std::pair<std::string, std::string>> failed;
  for (const config::Route& route : config.routes) {
    if (failed.contains({route.consumer, route.sha256})) continue;
    const plugin::Unload unload = route.unload ? plugin::Unload::WhenIdle : plugin::Unload::Never;
    Result<std::shared_ptr<const plugin::Generation>> generation =
        loader.load(route.consumer, route.sha256, unload);
    if (!generation) {
      problems.push_back({route.where_consumer, generation.error().text, {}});
      failed.emplace(route.consumer, route.sha256);
      continue;
    }
    if (const auto tried = loader.probe(**generation, route.config, unload); !tried) {
      problems.push_back(
          {route.place_of(tried.error().json_pointer),
           fmt::format("consumer `{}` refuses this route: {}", route.consumer, tried.error().why),
           {}});
      continue;
    }
    generations.push_back(std::move(*generation));
  }
  return generations;
}

// The main file comes first, then what it includes, as the routes are.
void sort_by_place(config::Problems& problems, const std::vector<config::Route>& routes) {
  const auto rank = [&](const config::Problem& problem) {
    const auto route = std::find_if(routes.begin(), routes.end(), [&](const config::Route& candidate) {
      return candidate.where.file == problem.where.file;
    });
    return std::make_tuple(route - routes.begin(), problem.where.line, problem.where.column);
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const config::Problem& a, const config::Problem& b) { return rank(a) < rank(b); });
}

}  // namespace

tl::expected<server::Deployment, config::Problems> load_routes(const std::filesystem::path& file,
                                                               plugin::Loader& loader,
                                                               std::shared_ptr<const config::Config>* read) {
  tl::expected<config::Config, config::Problems> loaded = config::load(file);
  if (!loaded) return tl::make_unexpected(std::move(loaded.error()));
  auto config = std::make_shared<const config::Config>(std::move(*loaded));
  if (read != nullptr) *read = config;

  config::Problems problems;
  tl::expected<routing::Table, config::Problems> table = routing::Table::compile(config->routes);
  if (!table) problems = std::move(table.error());
  loader.set_path(config->plugin_path);
  Generations generations = load_plugins(*config, loader, problems);
  if (!problems.empty()) {
    sort_by_place(problems, config->routes);
    return tl::make_unexpected(std::move(problems));
  }
  auto routes = std::make_shared<const routing::Table>(std::move(*table));
  return server::Deployment{std::move(config), std::move(routes), std::move(generations)};
}

void print(const config::Problems& problems) {
  for (const config::Problem& problem : problems) fmt::print(stderr, "{}\n", problem.text());
}

}  // namespace wharf::cli

#include "cli/route_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace wharf::cli {

std::string describe(const server::Deployment& deployment) {
  const std::vector<config::Route>& routes = deployment.config->routes;
  std::vector<std::string> consumers;
  size_t pattern_width = 0;
  size_t consumer_width = 0;
  for (size_t i = 0; i < routes.size(); ++i) {
    consumers.push_back(
        fmt::format("{} {}", routes[i].consumer, deployment.generations[i]->consumer().version));
    pattern_width = std::max(pattern_width, routes[i].pattern.size());
    consumer_width = std::max(consumer_width, consumers[i].size());
  }
  std::string text;
  for (size_t i = 0; i < routes.size(); ++i) {
    const plugin::Generation& generation = *deployment.generations[i];
    const char* kind = routes[i].kind == config::Route::Kind::Path ? "path" : "url";
    text +=
        fmt::format("  {:<4} {:<{}}  {:<{}}  {} ({})\n", kind, routes[i].pattern, pattern_width, consumers[i],
                    consumer_width, generation.source().string(), generation.origin().short_sha());
  }
  return text;
}

}  // namespace wharf::cli

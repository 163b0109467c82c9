#include "cli/routes.h"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "cli/load_routes.h"
#include "config/load.h"
#include "routing/table.h"
#include "server/scope.h"

namespace wharf::cli {

namespace {

// What a client would ask for: without scheme and host, query and fragment.
std::string_view raw_path(std::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const size_t path = url.find_first_of("/?#", scheme + 3);
    url = path == std::string_view::npos ? "/" : url.substr(path);
  }
  return url.substr(0, url.find_first_of("?#"));
}

std::string describe(const config::Route& route) {
  const char* kind = route.kind == config::Route::Kind::Path ? "path" : "url";
  return fmt::format("{}:{}: {}: {}", route.where_pattern.file, route.where_pattern.line, kind,
                     route.pattern);
}

}  // namespace

int routes(const std::string& url, const std::filesystem::path& routes_file) {
  const auto config = config::load(routes_file);
  if (!config) {
    print(config.error());
    return 1;
  }
  const auto table = routing::Table::compile(config->routes);
  if (!table) {
    print(table.error());
    return 1;
  }

  std::string path = server::decode_path(raw_path(url));
  if (path.empty() || path.front() != '/') path.insert(path.begin(), '/');
  fmt::print("path {}\n", telemetry::printable(path));
  const std::optional<routing::Match> match = table->match(path);
  const size_t tried = match ? match->route : config->routes.size();
  for (size_t i = 0; i < tried; ++i) fmt::print("  no match    {}\n", describe(config->routes[i]));
  if (!match) {
    fmt::print("no route takes it\n");
    return 1;
  }
  const config::Route& route = config->routes[match->route];
  fmt::print("  match       {}\nconsumer {}\n", describe(route), route.consumer);
  size_t position = 0;
  for (const routing::Capture& capture : match->captures) {
    ++position;
    fmt::print("  capture     {} = {}\n", capture.name.empty() ? std::to_string(position) : capture.name,
               telemetry::printable(capture.text));
  }
  return 0;
}

}  // namespace wharf::cli

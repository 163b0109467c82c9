#include "cli/check.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>

#include "cli/admin_client.h"
#include "cli/load_routes.h"
#include "cli/route_table.h"

namespace wharf::cli {

namespace {

// What the server that runs with this file, if one does, would leave for its next start.
void print_later(const std::filesystem::path& routes_file) {
  const Result<AdminReply> reply = ask_admin(routes_file, "GET", "/diff");
  const nlohmann::json outcome = nlohmann::json::parse(reply ? reply->body : "", nullptr, false);
  if (!outcome.is_object()) return;
  for (const auto& key : outcome["later"]) {
    fmt::print("! {}: taken up at the next start\n", key.get<std::string>());
  }
}

}  // namespace

int check(const std::filesystem::path& routes_file) {
  plugin::Loader loader({}, telemetry::make_log(spdlog::level::warn));
  const auto deployment = load_routes(routes_file, loader);
  if (!deployment) {
    print(deployment.error());
    return 1;
  }
  fmt::print("{}: no problem\n{}", routes_file.string(), describe(*deployment));
  for (const config::Problem& warning : deployment->config->warnings) fmt::print("! {}\n", warning.text());
  print_later(routes_file);
  return 0;
}

}  // namespace wharf::cli

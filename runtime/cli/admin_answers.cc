#include "cli/admin_answers.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <utility>

namespace wharf::cli {

namespace {

using nlohmann::json;

server::HttpAnswer text(unsigned status, std::string line) {
  return {status, "text/plain; charset=utf-8", std::move(line) + "\n", {}};
}

server::HttpAnswer answer(unsigned status, const json& body) {
  // Whatever bytes a pattern has, the answer is JSON.
  return {status, "application/json", body.dump(2, ' ', false, json::error_handler_t::replace) + "\n", {}};
}

server::HttpAnswer describe(const Reloader::Outcome& outcome) {
  json problems = json::array();
  for (const config::Problem& problem : outcome.problems) problems.push_back(problem.text());
  json warnings = json::array();
  for (const config::Problem& warning : outcome.warnings) warnings.push_back(warning.text());
  const bool refused = !outcome.problems.empty();
  return answer(refused ? 409 : 200, {{"problems", problems},
                                      {"warnings", warnings},
                                      {"taken", outcome.changes.taken},
                                      {"later", outcome.changes.later},
                                      {"longest_pause_ms", milliseconds(outcome.longest_pause)}});
}

json describe(const server::RouteStatus& route) {
  const auto age = std::chrono::system_clock::now() - route.generation->loaded_at();
  return {{"kind", route.route.kind == config::Route::Kind::Path ? "path" : "url"},
          {"pattern", route.route.pattern},
          {"consumer", route.generation->name()},
          {"version", route.generation->consumer().version},
          {"sha256", route.generation->sha256()},
          {"current", route.current},
          {"connections", route.connections},
          {"age", std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(age).count())}};
}

server::HttpAnswer describe(server::Server& server) {
  json routes = json::array();
  uint64_t connections = 0;
  for (const server::RouteStatus& route : server.status()) {
    routes.push_back(describe(route));
    connections += route.connections;
  }
  const layer::Layer& layer = server.channel_layer();
  return answer(200, {{"version", WHARF_VERSION},
                      {"connections", connections},
                      {"channel_layer", {{"available", layer.available()}, {"lost", layer.lost()}}},
                      {"routes", routes}});
}

}  // namespace

Admin::Handlers admin_answers(server::Server& server, Reloader& reloader,
                              std::function<Reloader::Outcome()> reload) {
  return {
      {"GET /health", [] { return text(200, "ok"); }},
      {"GET /ready",
       [&server] {
         return server.channel_layer().available() ? text(200, "ready")
                                                   : text(503, "the channel layer is away");
       }},
      {"GET /status", [&server] { return describe(server); }},
      {"GET /diff", [&reloader] { return describe(reloader.dry_run()); }},
      {"POST /reload", [reload = std::move(reload)] { return describe(reload()); }},
  };
}

}  // namespace wharf::cli

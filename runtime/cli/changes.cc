#include "cli/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include "config/same.h"
#include "config/tls_identity.h"

namespace wharf::cli {

namespace {

std::string pattern_of(const config::Route& route) {
  return fmt::format("{} {}", route.kind == config::Route::Kind::Path ? "path" : "url", route.pattern);
}

std::string consumer_of(const server::Deployment& deployment, size_t index) {
  const plugin::Generation& generation = *deployment.generations[index];
  return fmt::format("{} {} ({})", generation.name(), generation.consumer().version,
                     generation.origin().short_sha());
}

std::optional<size_t> find(const server::Deployment& deployment, const config::Route& wanted) {
  const std::vector<config::Route>& routes = deployment.config->routes;
  const auto found = std::find_if(routes.begin(), routes.end(),
                                  [&](const config::Route& route) { return route.same_pattern(wanted); });
  if (found == routes.end()) return std::nullopt;
  return static_cast<size_t>(found - routes.begin());
}

// "; 3 connections", or nothing.
std::string connections_of(const server::Status& status, const config::Route& route) {
  for (const server::RouteStatus& each : status) {
    if (each.current && each.route.same_pattern(route) && each.connections > 0) {
      return fmt::format("; {} connection{}", each.connections, each.connections == 1 ? "" : "s");
    }
  }
  return {};
}

void compare_route(const server::Deployment& served, size_t before, const server::Deployment& candidate,
                   size_t after, const server::Status& status, Changes& changes) {
  const config::Route& old = served.config->routes[before];
  const config::Route& route = candidate.config->routes[after];
  std::string what;
  if (served.generations[before] != candidate.generations[after]) {
    what += fmt::format(" {} -> {}", consumer_of(served, before), consumer_of(candidate, after));
  }
  if (old.config != route.config) what += what.empty() ? " config" : ", config";
  if (!(old.limits == route.limits)) what += what.empty() ? " limits" : ", limits";
  if (!(old.origins == route.origins)) what += what.empty() ? " origins" : ", origins";
  if (!same(old.require, route.require)) what += what.empty() ? " require" : ", require";
  if (!(old.drain == route.drain)) what += what.empty() ? " drain" : ", drain";
  if (old.unload != route.unload) what += what.empty() ? " unload" : ", unload";
  if (what.empty()) return;
  changes.taken.push_back(fmt::format("~ {}:{}{}", pattern_of(route), what, connections_of(status, route)));
}

// Of listeners that have TLS in both.
void compare_certificates(const config::Config& before, const config::Config& after, Changes& changes) {
  for (const config::ListenAddress& address : after.listen) {
    const auto served = std::find_if(before.listen.begin(), before.listen.end(),
                                     [&](const config::ListenAddress& each) { return same(each, address); });
    if (address.tls == nullptr || served == before.listen.end()) continue;
    if (address.tls->same_pair(*served->tls)) continue;
    changes.taken.push_back(fmt::format("~ certificate of {}: {}", address.text, address.tls->summary));
  }
}

// Which of the routes that both have comes before which.
bool same_order(const server::Deployment& served, const server::Deployment& candidate) {
  size_t last = 0;
  for (const config::Route& route : candidate.config->routes) {
    const std::optional<size_t> at = find(served, route);
    if (!at) continue;
    if (*at < last) return false;
    last = *at;
  }
  return true;
}

}  // namespace

Changes compare(const server::Deployment& served, const server::Deployment& candidate,
                const server::Status& status) {
  Changes changes;
  const config::Config& before = *served.config;
  const config::Config& after = *candidate.config;
  for (size_t i = 0; i < before.routes.size(); ++i) {
    if (!find(candidate, before.routes[i])) {
      changes.taken.push_back(fmt::format("- {}: {}{}", pattern_of(before.routes[i]), consumer_of(served, i),
                                          connections_of(status, before.routes[i])));
    }
  }
  for (size_t i = 0; i < after.routes.size(); ++i) {
    if (const std::optional<size_t> old = find(served, after.routes[i])) {
      compare_route(served, *old, candidate, i, status, changes);
    } else {
      changes.taken.push_back(
          fmt::format("+ {}: {}", pattern_of(after.routes[i]), consumer_of(candidate, i)));
    }
  }
  if (!same_order(served, candidate)) changes.taken.push_back("~ the order of the routes");
  if (!same(before.auth, after.auth)) changes.taken.push_back("~ auth");
  if (!(before.trusted_proxies == after.trusted_proxies)) changes.taken.push_back("~ trusted_proxies");
  if (!same(before.channel_layer, after.channel_layer)) changes.taken.push_back("~ channel_layer");
  if (!same(before.static_mounts, after.static_mounts)) changes.taken.push_back("~ static");
  if (!(before.gate == after.gate)) changes.taken.push_back("~ limits of the front door");
  compare_certificates(before, after, changes);
  if (before.log != after.log) changes.taken.push_back("~ log");
  if (!same(before.listen, after.listen)) changes.later.push_back("listen");
  if (!same(before.admin, after.admin)) changes.later.push_back("admin");
  if (before.workers != after.workers) changes.later.push_back("workers");
  if (before.io_uring != after.io_uring) changes.later.push_back("io_uring");
  return changes;
}

}  // namespace wharf::cli

#include "cli/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>

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
  if (!(old.drain == route.drain)) what += what.empty() ? " drain" : ", drain";
  if (what.empty()) return;
  changes.taken.push_back(fmt::format("~ {}:{}{}", pattern_of(route), what, connections_of(status, route)));
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

// Equal but for the place in the file.
bool same(const config::ListenAddress& a, const config::ListenAddress& b) { return a.text == b.text; }

bool same(const config::AuthMethod& a, const config::AuthMethod& b) {
  return std::tie(a.kind, a.header, a.trust) == std::tie(b.kind, b.header, b.trust);
}

bool same(const config::StaticMount& a, const config::StaticMount& b) {
  return std::tie(a.url, a.directory) == std::tie(b.url, b.directory);
}

bool same(const config::RedisHost& a, const config::RedisHost& b) {
  const auto all = [](const config::RedisHost& host) {
    return std::tie(host.server, host.sentinels, host.master_name, host.sentinel_password, host.username,
                    host.password, host.database);
  };
  return all(a) == all(b);
}

template <class Item>
bool same(const std::vector<Item>& a, const std::vector<Item>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Item& x, const Item& y) { return same(x, y); });
}

bool same(const config::ChannelLayer& a, const config::ChannelLayer& b) {
  const auto rest = [](const config::ChannelLayer& layer) {
    return std::tie(layer.backend, layer.pending, layer.prefix, layer.capacity, layer.expiry,
                    layer.group_expiry, layer.symmetric_encryption_keys, layer.timeout);
  };
  return same(a.hosts, b.hosts) && rest(a) == rest(b);
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
  if (!(before.gate == after.gate)) changes.taken.push_back("~ limits of the front door");
  if (before.log != after.log) changes.taken.push_back("~ log");
  if (!same(before.listen, after.listen)) changes.later.push_back("listen");
  if (before.admin.has_value() != after.admin.has_value() ||
      (before.admin && !same(*before.admin, *after.admin))) {
    changes.later.push_back("admin");
  }
  if (before.workers != after.workers) changes.later.push_back("workers");
  if (!same(before.channel_layer, after.channel_layer)) changes.later.push_back("channel_layer");
  if (!same(before.static_mounts, after.static_mounts)) changes.later.push_back("static");
  return changes;
}

}  // namespace wharf::cli

// Routes of a test, made from their patterns alone.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "routing/table.h"

namespace wharf::routing {

inline config::Route route_of(config::Route::Kind kind, std::string_view pattern) {
  config::Route route;
  route.kind = kind;
  route.pattern = pattern;
  route.where_pattern = {"routes.yaml", 3, 7};
  return route;
}
inline config::Route url(std::string_view pattern) { return route_of(config::Route::Kind::Regex, pattern); }
inline config::Route path(std::string_view pattern) { return route_of(config::Route::Kind::Path, pattern); }

inline Table table_of(const std::vector<config::Route>& routes) {
  tl::expected<Table, config::Problems> table = Table::compile(routes);
  if (!table) FAIL(table.error().front().text());
  return std::move(*table);
}

// "no match", or the captures and what remains: "room=a page=7 | /rest".
inline std::string match(const config::Route& route, std::string_view text) {
  std::optional<Match> found = table_of({route}).match(text);
  if (!found) return "no match";
  std::string out;
  for (const Capture& capture : found->captures) out += capture.name + "=" + capture.text + " ";
  return out + "| " + found->path_remaining;
}

// Why the route's pattern cannot be.
inline std::string refusal(const config::Route& route) {
  tl::expected<Table, config::Problems> table = Table::compile({route});
  return table ? "no refusal" : table.error().front().text();
}

}  // namespace wharf::routing

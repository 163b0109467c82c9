#include "config/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "config/json.h"
#include "config/limits.h"
#include "config/origin.h"
#include "config/quote.h"
#include "config/require.h"
#include "config/scalar.h"
#include "config/section.h"

namespace wharf::config {

namespace {

constexpr size_t longest_name = 100;

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

void take_pattern(Section& section, const Node& node, Route& route, Findings& findings) {
  const Node* url = section.take("url");
  const Node* path = section.take("path");
  if (url != nullptr && path != nullptr) {
    findings.add(section.place_of("path"), "the route has both `url` and `path`", "keep one of the two");
    return;
  }
  if (url == nullptr && path == nullptr) {
    findings.add(node.place, "the route has neither `url` nor `path`",
                 "add `url: ^chat/$`, a regular expression, or `path: chat/<str:room>/`");
    return;
  }
  const char* key = url != nullptr ? "url" : "path";
  const Node& pattern = url != nullptr ? *url : *path;
  route.kind = url != nullptr ? Route::Kind::Regex : Route::Kind::Path;
  route.where_pattern = findings.at(pattern.place);
  // An empty path is the root page of Django's path(""), and says what it means; an empty regular expression
  // would take every connection, and does not look like it.
  bool root = path != nullptr && pattern.kind == Node::Kind::Scalar && pattern.text.empty();
  if (!root) route.pattern = read_text(pattern, key, findings).value_or("");
}

void take_consumer(Section& section, const Node& node, Route& route, Findings& findings) {
  const Node* consumer = section.take("consumer");
  if (consumer == nullptr) {
    findings.add(node.place, "the route has no `consumer`",
                 "add the name of a plugin, such as `consumer: message`");
    return;
  }
  route.where_consumer = findings.at(consumer->place);
  std::optional<std::string> name = read_text(*consumer, "consumer", findings);
  if (!name) return;
  route.consumer = *name;
  if (name->size() <= longest_name && std::all_of(name->begin(), name->end(), is_name_character)) return;
  std::string remedy = fmt::format("write letters, digits, `-` and `_`, at most {}", longest_name);
  std::string stem = name->substr(name->rfind('/') + 1);
  if (stem.ends_with(".so")) stem.resize(stem.size() - 3);
  if (stem != *name && !stem.empty() && std::all_of(stem.begin(), stem.end(), is_name_character)) {
    remedy = fmt::format("write {}; the file {}.so is found on `plugin_path`", quote(stem), stem);
  }
  findings.add(consumer->place, fmt::format("{} is no name of a consumer", quote(*name)), remedy);
}

void take_drain(Section& section, Route& route, Findings& findings) {
  const Node* node = section.take("drain");
  if (node == nullptr) return;
  if (node->kind == Node::Kind::Scalar && node->text == "never") {
    route.drain = {};
    return;
  }
  route.drain.when = Drain::When::Within;
  if (node->kind == Node::Kind::Scalar && node->text == "now") return;
  constexpr Range<Duration> range = {Duration(1), Duration(std::chrono::hours(24))};
  route.drain.within =
      read_duration(*node, "drain", range, false, findings, ", `never` or `now`").value_or(Duration(0));
}

void take_unload(Section& section, Route& route, Findings& findings) {
  const Node* node = section.take("unload");
  if (node == nullptr) return;
  const std::string text = node->kind == Node::Kind::Scalar ? node->text : "";
  if (text != "never" && text != "idle") {
    findings.add(node->place, fmt::format("`unload` is {}", describe(*node)), "write `never` or `idle`");
  }
  route.unload = text == "idle";
}

void take_sha256(Section& section, Route& route, Findings& findings) {
  const Node* node = section.take("sha256");
  if (node == nullptr) return;
  std::optional<std::string> text = read_text(*node, "sha256", findings);
  if (!text) return;
  if (text->size() == 64 && text->find_first_not_of("0123456789abcdef") == std::string::npos) {
    route.sha256 = std::move(*text);
    return;
  }
  findings.add(node->place, fmt::format("{} is no SHA-256", quote(*text)),
               "write the 64 digits that `sha256sum` prints");
}

void take_config(Section& section, Route& route, Findings& findings) {
  const Node* config = section.take("config");
  if (config == nullptr || config->kind == Node::Kind::Null) {
    route.config_places.emplace("",
                                config != nullptr ? findings.at(section.place_of("config")) : route.where);
    return;
  }
  if (config->kind != Node::Kind::Map) {
    findings.add(config->place, fmt::format("`config` is {}", describe(*config)), "write `key: value` lines");
    return;
  }
  Json json = to_json(*config, section.place_of("config"), findings);
  route.config = std::move(json.text);
  route.config_places = std::move(json.places);
}

}  // namespace

void read_routes(const Node& node, const Config& defaults, std::vector<Route>& routes, Findings& findings) {
  if (node.kind != Node::Kind::List) {
    if (node.kind != Node::Kind::Null) {
      findings.add(node.place, fmt::format("`routes` is {}", describe(node)), "begin each route with a `-`");
    }
    return;
  }
  for (const std::shared_ptr<const Node>& item : node.items) {
    Route route;
    route.where = findings.at(item->place);
    route.limits = defaults.limits;
    route.origins = defaults.origins;
    if (item->kind != Node::Kind::Map) {
      findings.add(item->place, fmt::format("a route is {}", describe(*item)),
                   "write `- url: …` and `consumer: …`");
      continue;
    }
    Section section(*item, "a route", findings);
    take_pattern(section, *item, route, findings);
    take_consumer(section, *item, route, findings);
    if (const Node* limits = section.take("limits")) read_route_limits(*limits, route.limits, findings);
    if (const Node* origins = section.take("origins")) read_origins(*origins, route.origins, findings);
    if (const Node* require = section.take("require")) read_require(*require, route.require, findings);
    take_drain(section, route, findings);
    take_unload(section, route, findings);
    take_sha256(section, route, findings);
    take_config(section, route, findings);
    section.finish();
    routes.push_back(std::move(route));
  }
}

void check_reachable(const std::vector<Route>& routes, Problems& problems) {
  std::map<std::pair<Route::Kind, std::string>, Position> seen;
  for (const Route& route : routes) {
    if (route.where_pattern.line == 0) continue;  // it has none, and that was said
    auto [earlier, is_new] = seen.emplace(std::pair(route.kind, route.pattern), route.where_pattern);
    if (is_new) continue;
    problems.push_back({route.where_pattern,
                        fmt::format("this route is never reached: {}:{} has the same pattern",
                                    earlier->second.file, earlier->second.line),
                        "remove one of the two, or change its pattern"});
  }
}

}  // namespace wharf::config

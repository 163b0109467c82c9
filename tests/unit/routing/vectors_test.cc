// What Django's URLRouter answered: one pattern against one path each.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <vector>

#include "routing/table.h"

using namespace wharf;
using nlohmann::json;

namespace {

// Django converts <int:n> to a number; a capture is text.
std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::vector<std::string> expected_captures(const json& match) {
  std::vector<std::string> captures;
  for (const auto& [name, value] : match["kwargs"].items()) captures.push_back(name + "=" + text_of(value));
  for (const json& value : match["args"]) captures.push_back("=" + text_of(value));
  return captures;
}

std::vector<std::string> captures_of(const routing::Match& match) {
  std::vector<std::string> captures;
  for (const routing::Capture& capture : match.captures)
    captures.push_back(capture.name + "=" + capture.text);
  return captures;
}

}  // namespace

TEST_CASE("every recorded match is ours as well") {
  std::ifstream in(WHARF_ROUTING_VECTORS);
  json file = json::parse(in);
  size_t checked = 0;
  for (const json& vector : file["vectors"]) {
    config::Route route;
    route.kind = vector["kind"] == "path" ? config::Route::Kind::Path : config::Route::Kind::Regex;
    route.pattern = vector["pattern"];
    std::string path = vector["path"];
    CAPTURE(route.pattern);
    CAPTURE(path);
    tl::expected<routing::Table, config::Problems> table = routing::Table::compile({route});
    REQUIRE(table.has_value());
    std::optional<routing::Match> match = table->match(path);
    ++checked;
    CHECK(match.has_value() == !vector["match"].is_null());
    if (!match || vector["match"].is_null()) continue;
    CHECK(match->path_remaining == vector["match"]["path_remaining"].get<std::string>());
    CHECK(captures_of(*match) == expected_captures(vector["match"]));
  }
  CHECK(checked == 241);
}

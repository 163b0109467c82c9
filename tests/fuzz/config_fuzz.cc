// Any bytes as routes.yaml: a Config or problems, never a crash, a hang or a problem without a place.
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/load.h"
#include "routing/table.h"

namespace {

using namespace wharf;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "config_fuzz: %s\n", what);
  std::abort();
}

const std::filesystem::path& file() {
  static const std::filesystem::path path = [] {
    std::string directory = (std::filesystem::temp_directory_path() / "wharf-fuzz-XXXXXX").string();
    require(mkdtemp(directory.data()) != nullptr, "no temporary directory");
    return std::filesystem::path(directory) / "routes.yaml";
  }();
  return path;
}

void check(const config::Config& config) {
  require(!config.routes.empty() && !config.listen.empty() && config.workers > 0,
          "an incomplete configuration");
  for (const config::Route& route : config.routes) {
    require(nlohmann::json::parse(route.config, nullptr, false).is_object(),
            "a config that is no JSON object");
    require(route.config_places.contains(""), "a config without a place");
    require(route.where.line > 0 && route.where_pattern.line > 0 && route.where_consumer.line > 0,
            "a place is missing");
  }
  // The patterns of a good file are compiled next.
  tl::expected<routing::Table, config::Problems> table = routing::Table::compile(config.routes);
  require(table.has_value() || !table.error().empty(), "a refusal without a reason");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::ofstream(file(), std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  tl::expected<config::Config, config::Problems> config = config::load(file());
  if (config) {
    check(*config);
    return 0;
  }
  require(!config.error().empty(), "a refusal without a reason");
  for (const config::Problem& problem : config.error()) {
    require(!problem.what.empty() && !problem.remedy.empty(), "a problem without its cause or remedy");
    require(problem.text().find('\n') == std::string::npos, "a problem of several lines");
  }
  return 0;
}

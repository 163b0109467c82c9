#include "cli/plugins.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <utility>

#include "cli/load_routes.h"
#include "config/load.h"
#include "plugin/loader.h"

namespace wharf::cli {

namespace {

void describe(const plugin::Generation& generation) {
  const wharf_consumer& consumer = generation.consumer();
  fmt::print("{} {}\n", generation.name(), consumer.version);
  if (consumer.summary != nullptr) fmt::print("  {}\n", consumer.summary);
  fmt::print("  file          {}\n", generation.source().string());
  fmt::print("  sha256        {}\n", generation.origin().short_sha());
  fmt::print("  ABI           {}.{}\n", consumer.abi_major, consumer.abi_minor);
  if (!generation.subprotocols().empty()) {
    fmt::print("  subprotocols  {}\n", fmt::join(generation.subprotocols(), ", "));
  }
}

}  // namespace

int plugins(std::vector<std::filesystem::path> directories, const std::filesystem::path& routes_file) {
  if (directories.empty()) {
    const auto config = config::load(routes_file);
    if (!config) {
      print(config.error());
      return 1;
    }
    directories = config->plugin_path;
  }
  plugin::Loader loader(std::move(directories), telemetry::make_log(spdlog::level::warn));
  int exit_code = 0;
  for (const auto& [name, file] : loader.list()) {
    const auto generation = loader.load(name);
    if (generation) {
      describe(**generation);
    } else {
      fmt::print("{}\n  {}\n", name, generation.error().text);
      exit_code = 1;
    }
  }
  return exit_code;
}

}  // namespace wharf::cli

// Finds plugins on the plugin path and turns their files into generations.
#pragma once

#include <tl/expected.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "plugin/generation.h"
#include "plugin/private_copy.h"
#include "plugin/probe.h"
#include "plugin/refusal.h"
#include "telemetry/error.h"
#include "telemetry/log.h"

namespace wharf::plugin {

// [loader] One per process part that loads; owns the private directory, removed with it.
class Loader {
 public:
  Loader(std::vector<std::filesystem::path> plugin_path, std::shared_ptr<telemetry::Log> log,
         ProbeSettings probing = {});
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // "message" -> the first message.so on the path. The error lists where it was looked for, and what there
  // is.
  Result<std::filesystem::path> find(const std::string& consumer) const;

  // Every plugin file on the path, by consumer name; the first on the path wins.
  std::map<std::string, std::filesystem::path> list() const;

  // From now on plugins are looked for here.
  void set_path(std::vector<std::filesystem::path> plugin_path) { plugin_path_ = std::move(plugin_path); }

  // Copies, reads the ABI words, loads in a child, and only then here. The same content under the same name
  // loads once: a second call answers with the same generation while it lives. With `sha256` only a file of
  // that content is taken. A generation is unloaded when it is idle only if everybody who asked for it
  // agreed.
  Result<std::shared_ptr<const Generation>> load(const std::string& consumer, const std::string& sha256 = {},
                                                 Unload unload = Unload::Never);

  // Unloads what may be unloaded and is not used any more.
  void forget_unused();

  // Creates and destroys one instance with this config in a child process with a deadline, and unloads the
  // plugin again if it is to be. A plugin that agreed to a config is not asked about it again; one that
  // refused is, since the reason may lie outside of the config.
  tl::expected<void, CreateRefusal> probe(const Generation& generation, const std::string& config,
                                          Unload unload = Unload::Never);

 private:
  using Content = std::pair<std::string, std::string>;  // name and sha256

  Result<Origin> copy(const std::string& consumer, const std::filesystem::path& source);
  Result<std::shared_ptr<const Generation>> open(Origin origin, Unload unload);

  std::vector<std::filesystem::path> plugin_path_;
  std::shared_ptr<telemetry::Log> log_;
  ProbeSettings probing_;
  std::optional<PrivateDirectory> directory_;  // made for the first copy
  std::map<Content, std::weak_ptr<const Generation>> loaded_;
  std::vector<std::shared_ptr<const Generation>> unloadable_;
  std::set<std::tuple<Content, std::string, Unload>> agreed_;  // to which config
};

}  // namespace wharf::plugin

#include "config/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "config/auth.h"
#include "config/channel_layer.h"
#include "config/include.h"
#include "config/limits.h"
#include "config/listen.h"
#include "config/origin.h"
#include "config/parse.h"
#include "config/quote.h"
#include "config/require.h"
#include "config/routes.h"
#include "config/scalar.h"
#include "config/section.h"
#include "config/source.h"
#include "config/static_mounts.h"
#include "config/trusted_proxies.h"

namespace wharf::config {

namespace {

namespace fs = std::filesystem;

constexpr unsigned most_workers = 256;

unsigned cores() { return std::clamp(std::thread::hardware_concurrency(), 1u, most_workers); }

void read_workers(const Node& node, unsigned& workers, Findings& findings) {
  if (node.kind == Node::Kind::Scalar && node.text == "auto") return;  // the default
  std::optional<uint64_t> number = read_number(node, "workers", {1, most_workers}, findings, ", or `auto`");
  if (number) workers = static_cast<unsigned>(*number);
}

void read_io_uring(const Node& node, bool& io_uring, Findings& findings) {
  const std::optional<size_t> choice = read_choice(node, "io_uring", {"auto", "off"}, findings);
  if (choice) io_uring = *choice == 0;
}

void read_plugin_path(const Node& node, const fs::path& base, std::vector<fs::path>& plugin_path,
                      Findings& findings) {
  plugin_path.clear();
  for (const PlacedText& entry : read_texts(node, "plugin_path", findings)) {
    plugin_path.push_back((base / entry.text).lexically_normal());
  }
}

void read_log(const Node& node, LogLevel& level, Findings& findings) {
  std::optional<size_t> choice = read_choice(node, "log", {"debug", "info", "warning", "error"}, findings);
  if (choice) level = static_cast<LogLevel>(*choice);
}

// What stands in effect when the file says nothing, beyond the initial values in config.h.
void set_defaults(Config& config) {
  config.workers = cores();
  config.listen = {{ListenAddress::Kind::Tcp, "127.0.0.1:8000", "127.0.0.1", 8000, "", "", {}}};
  config.plugin_path = {"/usr/local/lib/wharf", "/usr/lib/wharf"};
  config.auth = {AuthMethod{}};
}

// The files of one configuration, read one after the other.
class Loading {
 public:
  Loading(const fs::path& file, std::string name) : name_(std::move(name)) {
    set_defaults(config_);
    config_.file = file;
  }

  void read() {
    Findings findings = begin_file(name_);
    std::shared_ptr<const Node> root = read_tree(config_.file, findings);
    if (!root) return;
    Section section(*root, "the file", findings);
    read_server_keys(section, findings);
    // Their defaults must be known before the routes, the drop-ins come after the routes of this file.
    const Node* include = section.take("include");
    const Node* routes = section.take("routes");
    section.finish();
    if (!section.is_map()) return;
    if (routes != nullptr) read_routes(*routes, config_, config_.routes, findings);
    if (include != nullptr) {
      config_.drop_in_places = drop_in_places(*include, config_.file);
      read_drop_ins(*include, findings);
    }
    check_reachable(config_.routes, problems_);
    check_required(config_, problems_);
    if (problems_.empty()) check_proxy_protocol(config_, problems_);
    if (config_.routes.empty() && problems_.empty()) {
      findings.add(routes != nullptr ? section.place_of("routes") : Place{}, "there are no routes",
                   "add one: `- url: ^message/?$` with `consumer: message`");
    }
  }

  tl::expected<Config, Problems> finish() {
    if (problems_.empty()) return std::move(config_);
    auto key = [this](const Problem& problem) {
      return std::tuple(ranks_[problem.where.file], problem.where.line, problem.where.column);
    };
    std::stable_sort(problems_.begin(), problems_.end(),
                     [&key](const Problem& a, const Problem& b) { return key(a) < key(b); });
    // Aliases make several readers see one text.
    auto same = [&key](const Problem& a, const Problem& b) {
      return key(a) == key(b) && a.what == b.what && a.remedy == b.remedy;
    };
    problems_.erase(std::unique(problems_.begin(), problems_.end(), same), problems_.end());
    return tl::make_unexpected(std::move(problems_));
  }

 private:
  Findings begin_file(const std::string& name) {
    ranks_.emplace(name, ranks_.size());
    return Findings(name, problems_);
  }

  static std::shared_ptr<const Node> read_tree(const fs::path& file, Findings& findings) {
    std::optional<std::string> text = read_source(file, findings);
    if (!text) return nullptr;
    return parse(*text, findings);
  }

  void read_server_keys(Section& section, Findings& findings) {
    fs::path base = config_.file.parent_path();
    if (const Node* node = section.take("listen")) {
      read_listen(*node, base, config_.listen, config_.warnings, findings);
    }
    if (const Node* node = section.take("admin")) read_admin(*node, config_.admin, findings);
    if (const Node* node = section.take("trusted_proxies")) {
      read_trusted_proxies(*node, config_.trusted_proxies, findings);
    }
    if (const Node* node = section.take("workers")) read_workers(*node, config_.workers, findings);
    if (const Node* node = section.take("io_uring")) read_io_uring(*node, config_.io_uring, findings);
    if (const Node* node = section.take("plugin_path")) {
      read_plugin_path(*node, base, config_.plugin_path, findings);
    }
    if (const Node* node = section.take("channel_layer")) {
      read_channel_layer(*node, base, config_.channel_layer, findings);
    }
    if (const Node* node = section.take("auth")) read_auth(*node, base, config_.auth, findings);
    if (const Node* node = section.take("origins")) read_origins(*node, config_.origins, findings);
    if (const Node* node = section.take("limits")) {
      read_server_limits(*node, config_.limits, config_.gate, findings);
    }
    if (const Node* node = section.take("static")) {
      read_static_mounts(*node, base, config_.static_mounts, findings);
    }
    if (const Node* node = section.take("log")) read_log(*node, config_.log, findings);
  }

  void read_drop_ins(const Node& include, Findings& findings) {
    for (const DropIn& drop_in : find_drop_ins(include, config_.file, name_, findings)) read_drop_in(drop_in);
  }

  void read_drop_in(const DropIn& drop_in) {
    Findings findings = begin_file(drop_in.name);
    std::shared_ptr<const Node> root = read_tree(drop_in.file, findings);
    if (!root) return;
    Section section(*root, "a drop-in", findings);
    const Node* routes = section.take("routes");
    for (const char* key : {"listen", "admin", "trusted_proxies", "workers", "io_uring", "plugin_path",
                            "channel_layer", "auth", "origins", "limits", "static", "log", "include"}) {
      section.refuse(key, fmt::format("a drop-in cannot set {}", quote(key)),
                     "set it in the file that includes this one; a drop-in holds only `routes`");
    }
    section.finish();
    if (routes != nullptr) {
      read_routes(*routes, config_, config_.routes, findings);
    } else if (section.is_map()) {
      findings.add({}, "the drop-in has no `routes`", "add some, or remove the file");
    }
  }

  std::string name_;  // of the main file, as the user gave it
  Config config_;
  Problems problems_;
  std::map<std::string, size_t> ranks_;  // a file's name -> its place in the order of reading
};

}  // namespace

tl::expected<Config, Problems> load(const std::filesystem::path& file) {
  std::error_code error;
  fs::path absolute = fs::absolute(file, error).lexically_normal();
  if (error) {
    Problems problems;
    problems.push_back({{file.string(), 0, 0},
                        fmt::format("the file cannot be found: {}", error.message()),
                        "name it by its whole path"});
    return tl::make_unexpected(std::move(problems));
  }
  Loading loading(absolute, file.string());
  loading.read();
  return loading.finish();
}

Result<std::optional<ListenAddress>> find_admin(const std::filesystem::path& file) {
  Problems problems;
  Findings findings(file.string(), problems);
  const std::optional<std::string> text = read_source(file, findings);
  const std::shared_ptr<const Node> root = text ? parse(*text, findings) : nullptr;
  std::optional<ListenAddress> admin;
  if (root != nullptr) {
    Section section(*root, "the file", findings);
    if (const Node* node = section.take("admin")) read_admin(*node, admin, findings);
  }
  if (!problems.empty()) return failure(problems.front().text());
  return admin;
}

}  // namespace wharf::config

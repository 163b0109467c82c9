#include "config/channel_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/quote.h"
#include "config/redis_host.h"
#include "config/redis_url.h"
#include "config/scalar.h"
#include "config/secret.h"
#include "config/section.h"
#include "config/suggest.h"
#include "config/units.h"

namespace wharf::config {

namespace {

using Backend = ChannelLayer::Backend;

constexpr size_t longest_prefix = 100;  // bytes

bool is_url(const Node& node) {
  return node.kind == Node::Kind::Scalar && node.text.find(':') != std::string::npos;
}

std::optional<Backend> read_backend(const Node& node, std::string_view key, Findings& findings) {
  const std::vector<std::string> names = {"memory", "redis", "redis_pubsub"};  // as in Backend
  if (is_url(node)) {
    findings.add(node.place, "`backend` is a URL", "write `backend: redis`, and the URL as `hosts`");
    return std::nullopt;
  }
  std::optional<std::string> name = read_text(node, key, findings);
  if (!name) return std::nullopt;
  auto found = std::find(names.begin(), names.end(), *name);
  if (found != names.end()) return static_cast<Backend>(found - names.begin());
  findings.add(node.place, fmt::format("unknown channel layer {}", quote(without_password(*name))),
               suggest(*name, names));
  return std::nullopt;
}

RedisHost default_host(const Position& where) {
  RedisHost host = parse_redis_url("redis://127.0.0.1:6379/0").value();
  host.where = where;
  return host;
}

// The layer in one text: the name of a backend, or the URL of a Redis.
void read_short_form(const Node& node, ChannelLayer& layer, Findings& findings) {
  if (is_url(node)) {
    layer.backend = Backend::Redis;
    read_redis_hosts(node, {}, layer.hosts, findings);
    return;
  }
  layer.backend = read_backend(node, "channel_layer", findings).value_or(layer.backend);
  if (layer.backend != Backend::Memory) layer.hosts = {default_host(layer.where)};
}

// The keys of a map.
class LayerReader {
 public:
  LayerReader(const Node& node, const std::filesystem::path& base, ChannelLayer& layer, Findings& findings)
      : node_(node),
        base_(base),
        layer_(layer),
        findings_(findings),
        section_(node, "`channel_layer`", findings) {}

  void read() {
    std::optional<Backend> backend;
    if (const Node* name = section_.take("backend")) {
      backend = read_backend(*name, "backend", findings_);
    } else {
      findings_.add(node_.place, "`channel_layer` has no `backend`",
                    "add `backend: memory`, `redis` or `redis_pubsub`");
    }
    layer_.backend = backend.value_or(layer_.backend);
    if (const Node* pending = section_.take("pending")) {
      constexpr Range<uint64_t> range = {64 << 10, 1ull << 40};
      layer_.pending = read_size(*pending, "pending", range, findings_).value_or(layer_.pending);
    }
    // Without a backend the keys of all are known, and checked.
    if (backend == Backend::Memory) {
      refuse_redis_keys();
    } else {
      read_redis_keys();
      if (backend == Backend::RedisPubSub) {
        refuse_queue_keys();
      } else {
        read_queue_keys();
      }
    }
    section_.finish();
  }

 private:
  void refuse_redis_keys() {
    for (const char* key : {"hosts", "prefix", "expiry", "group_expiry", "full_queue",
                            "symmetric_encryption_keys", "timeout"}) {
      section_.refuse(key, fmt::format("{} belongs to a Redis channel layer", quote(key)),
                      "write `backend: redis`, or remove it");
    }
    section_.refuse("capacity", "`capacity` belongs to a Redis channel layer",
                    "what waits in memory is bounded by `pending`");
  }

  void refuse_queue_keys() {
    for (const char* key : {"capacity", "expiry", "group_expiry", "full_queue"}) {
      section_.refuse(key, fmt::format("{} belongs to the backend `redis`", quote(key)),
                      "remove it: Redis keeps nothing of what it publishes");
    }
  }

  void read_redis_keys() {
    if (const Node* hosts = section_.take("hosts")) {
      read_redis_hosts(*hosts, base_, layer_.hosts, findings_);
    } else {
      layer_.hosts = {default_host(layer_.where)};
    }
    if (const Node* prefix = section_.take("prefix")) read_prefix(*prefix);
    if (const Node* keys = section_.take("symmetric_encryption_keys")) read_keys(*keys);
    if (const Node* timeout = section_.take("timeout")) {
      constexpr Range<Duration> range = {Duration(100), Duration(60'000)};
      layer_.timeout = read_duration(*timeout, "timeout", range, false, findings_).value_or(layer_.timeout);
    }
  }

  void read_queue_keys() {
    if (const Node* capacity = section_.take("capacity")) {
      layer_.capacity =
          read_number(*capacity, "capacity", {1, 1'000'000}, findings_).value_or(layer_.capacity);
    }
    if (const Node* wait = section_.take("full_queue")) {
      constexpr Range<Duration> range = {Duration(0), Duration(60'000)};
      layer_.full_queue =
          read_duration(*wait, "full_queue", range, false, findings_).value_or(layer_.full_queue);
    }
    if (const Node* expiry = section_.take("expiry")) {
      read_expiry(*expiry, "expiry", {Duration(1'000), Duration(86'400'000)}, layer_.expiry);
    }
    if (const Node* expiry = section_.take("group_expiry")) {
      read_expiry(*expiry, "group_expiry", {Duration(60'000), Duration(30 * 86'400'000ll)},
                  layer_.group_expiry);
    }
  }

  void read_prefix(const Node& node) {
    // Django allows an empty one, read_text() does not.
    if (node.kind == Node::Kind::Scalar && node.text.empty()) {
      layer_.prefix.clear();
      return;
    }
    std::optional<std::string> prefix = read_text(node, "prefix", findings_);
    if (!prefix) return;
    if (prefix->size() > longest_prefix) {
      findings_.add(node.place,
                    fmt::format("`prefix` has more than {} bytes: {}", longest_prefix, quote(*prefix)),
                    "write a shorter one");
      return;
    }
    layer_.prefix = std::move(*prefix);
  }

  // Redis and Channels count in seconds.
  void read_expiry(const Node& node, std::string_view key, Range<Duration> range, Duration& expiry) {
    std::optional<Duration> duration = read_duration(node, key, range, false, findings_);
    if (!duration) return;
    if (*duration % std::chrono::seconds(1) != Duration(0)) {
      Duration up = std::chrono::ceil<std::chrono::seconds>(*duration);
      findings_.add(node.place,
                    fmt::format("{} is no whole number of seconds: {}", quote(key), quote(node.text)),
                    fmt::format("write {}", show_duration(up)));
      return;
    }
    expiry = *duration;
  }

  void read_keys(const Node& node) {
    if (node.kind != Node::Kind::List) {
      read_key(node);
      return;
    }
    if (node.items.empty()) {
      findings_.add(node.place, "`symmetric_encryption_keys` is an empty list",
                    "write one key, or remove the list");
    }
    for (const std::shared_ptr<const Node>& item : node.items) read_key(*item);
  }

  void read_key(const Node& node) {
    std::optional<std::string> key = read_secret(node, "symmetric_encryption_keys", base_, findings_);
    if (key) layer_.symmetric_encryption_keys.push_back(std::move(*key));
  }

  const Node& node_;
  const std::filesystem::path& base_;
  ChannelLayer& layer_;
  Findings& findings_;
  Section section_;
};

}  // namespace

void read_channel_layer(const Node& node, const std::filesystem::path& base, ChannelLayer& layer,
                        Findings& findings) {
  layer.where = findings.at(node.place);
  if (node.kind == Node::Kind::Map) {
    LayerReader(node, base, layer, findings).read();
  } else {
    read_short_form(node, layer, findings);
  }
}

}  // namespace wharf::config

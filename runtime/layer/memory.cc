#include "layer/memory.h"

#include <charconv>
#include <mutex>
#include <random>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace wharf::layer {

namespace {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// "memory.1f2e3d4c!0000000300000001": the part before the `!` names this layer, the rest the connection.
class MemoryLayer : public Layer {
 public:
  MemoryLayer(Sink& sink, unsigned workers) : sink_(sink), workers_(workers) {
    std::random_device random;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%08x%08x", random(), random());
    prefix_ = std::string("memory.") + digits + "!";
  }

  void join(WorkerIndex worker, std::string_view group) override {
    std::unique_lock lock(mutex_);
    auto found = groups_.find(group);
    if (found == groups_.end()) {
      found = groups_.emplace(std::string(group), std::vector<bool>(workers_, false)).first;
    }
    found->second[worker] = true;
  }

  void leave(WorkerIndex worker, std::string_view group) override {
    std::unique_lock lock(mutex_);
    auto found = groups_.find(group);
    if (found == groups_.end()) return;
    found->second[worker] = false;
    for (bool has_members : found->second) {
      if (has_members) return;
    }
    groups_.erase(found);
  }

  wharf_result group_send(std::string_view group, const EventPtr& event) override {
    std::shared_lock lock(mutex_);
    auto found = groups_.find(group);
    if (found == groups_.end()) return WHARF_OK;
    wharf_result result = WHARF_OK;
    for (WorkerIndex worker = 0; worker < workers_; ++worker) {
      if (found->second[worker] && !sink_.to_group(worker, group, event)) result = WHARF_FULL;
    }
    return result;
  }

  wharf_result channel_send(std::string_view channel, const EventPtr& event) override {
    if (!channel.starts_with(prefix_)) return WHARF_INVALID;
    channel.remove_prefix(prefix_.size());
    wharf_connection connection = 0;
    std::from_chars_result read =
        std::from_chars(channel.data(), channel.data() + channel.size(), connection, 16);
    if (read.ec != std::errc() || read.ptr != channel.data() + channel.size()) return WHARF_INVALID;
    return sink_.to_connection(connection, event) ? WHARF_OK : WHARF_FULL;
  }

  std::string channel_name(wharf_connection connection) const override {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(connection));
    return prefix_ + digits;
  }

 private:
  Sink& sink_;
  unsigned workers_;
  std::string prefix_;
  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::vector<bool>, TextHash, std::equal_to<>>
      groups_;  // which workers have members
};

}  // namespace

std::unique_ptr<Layer> make_memory_layer(Sink& sink, unsigned workers) {
  return std::make_unique<MemoryLayer>(sink, workers);
}

}  // namespace wharf::layer

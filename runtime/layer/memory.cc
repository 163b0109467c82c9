#include "layer/memory.h"

#include <charconv>
#include <random>

namespace wharf::layer {

namespace {

// "memory.1f2e3d4c!0000000300000001": the part before the `!` names this layer, the rest the connection.
class MemoryLayer : public Layer {
 public:
  MemoryLayer(LocalGroups& groups, Sink& sink) : groups_(groups), sink_(sink) {
    std::random_device random;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%08x%08x", random(), random());
    prefix_ = std::string("memory.") + digits + "!";
  }

  void join(WorkerIndex worker, std::string_view group) override { groups_.join(worker, group); }
  void leave(WorkerIndex worker, std::string_view group) override { groups_.leave(worker, group); }

  wharf_result group_send(std::string_view group, const EventPtr& event) override {
    return groups_.deliver(group, event);
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

  std::string channel_name(wharf_connection connection) override {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(connection));
    return prefix_ + digits;
  }

 private:
  LocalGroups& groups_;
  Sink& sink_;
  std::string prefix_;
};

}  // namespace

std::unique_ptr<Layer> make_memory_layer(LocalGroups& groups, Sink& sink) {
  return std::make_unique<MemoryLayer>(groups, sink);
}

}  // namespace wharf::layer

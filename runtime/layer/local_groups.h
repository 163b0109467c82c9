// Which workers of this process have members of which group: what a layer needs to know of its own process.
#pragma once

#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "layer/layer.h"
#include "layer/text_hash.h"

namespace wharf::layer {

// [any-thread]
class LocalGroups {
 public:
  // `sink` outlives it.
  LocalGroups(Sink& sink, unsigned workers) : sink_(sink), workers_(workers) {}

  // True: the first members of this process, or the last of them.
  bool join(WorkerIndex worker, std::string_view group);
  bool leave(WorkerIndex worker, std::string_view group);
  bool has_members(std::string_view group) const;
  // Every group with members here, at this moment.
  std::vector<std::string> names() const;

  // Hands the event to each worker that has members. WHARF_FULL when one of them had no room.
  wharf_result deliver(std::string_view group, const EventPtr& event) const;

 private:
  Sink& sink_;
  unsigned workers_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::vector<bool>, TextHash, std::equal_to<>> groups_;
};

}  // namespace wharf::layer

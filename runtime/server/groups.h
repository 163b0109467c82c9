// Who is a member of which group, on one worker. The channel layer is told only of first and last members.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "layer/layer.h"
#include "layer/text_hash.h"
#include "server/buffer_pool.h"

namespace wharf::server {

class Connection;
class Group;

// A connection's place in one group; each connection keeps its own.
struct Membership {
  Group* group = nullptr;
  uint32_t index = 0;  // in the group's members
};

// [worker]
class Groups {
 public:
  static constexpr size_t members_at_once = BufferPool::most_kept;

  Groups(layer::Layer& layer, layer::WorkerIndex worker);
  ~Groups();

  // False when it is one already.
  bool add(Connection& connection, std::string_view group);
  // False when it was none.
  bool discard(Connection& connection, std::string_view group);
  void discard_all(Connection& connection);
  // Calls on_event() of every connection that is a member when the delivery begins and still is at its turn.
  // A few members hear all the events, then the next few: so a member's memory is fetched once, and what is
  // remembered of the last event serves all of the few. `after_some` runs after each few.
  void deliver(std::string_view group, std::span<const layer::EventPtr> events,
               const std::function<void()>& after_some);

 private:
  void leave(Connection& connection, size_t membership);
  void remove_if_empty(Group* group);

  layer::Layer& layer_;
  layer::WorkerIndex worker_;
  std::unordered_map<std::string, std::unique_ptr<Group>, layer::TextHash, std::equal_to<>> groups_;
};

}  // namespace wharf::server

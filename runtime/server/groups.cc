#include "server/groups.h"

#include <algorithm>

#include "server/connection.h"

namespace wharf::server {

// Members come and go while an event is delivered, by the very callbacks that the delivery runs. A member
// that leaves meanwhile becomes a hole, which is closed afterwards; one that joins stands behind the end of
// the delivery. So nobody is called twice, skipped, or called after leaving.
class Group {
 public:
  explicit Group(std::string_view called) : name(called) {}

  std::string name;
  std::vector<Connection*> members;  // null: a hole
  size_t count = 0;                  // without the holes
  unsigned deliveries = 0;           // that are under way

  void close_holes() {
    size_t to = 0;
    for (Connection* member : members) {
      if (member == nullptr) continue;
      members[to] = member;
      place(member, to);
      ++to;
    }
    members.resize(to);
  }

  void place(Connection* member, size_t index) {
    for (Membership& membership : member->memberships()) {
      if (membership.group == this) membership.index = static_cast<uint32_t>(index);
    }
  }
};

Groups::Groups(layer::Layer& layer, layer::WorkerIndex worker) : layer_(layer), worker_(worker) {}
Groups::~Groups() = default;

bool Groups::add(Connection& connection, std::string_view name) {
  for (const Membership& membership : connection.memberships()) {
    if (membership.group->name == name) return false;
  }
  auto found = groups_.find(name);
  if (found == groups_.end()) {
    found = groups_.emplace(std::string(name), std::make_unique<Group>(name)).first;
  }
  Group* group = found->second.get();
  if (group->count == 0) layer_.join(worker_, name);
  connection.memberships().push_back({group, static_cast<uint32_t>(group->members.size())});
  group->members.push_back(&connection);
  ++group->count;
  return true;
}

bool Groups::discard(Connection& connection, std::string_view name) {
  for (size_t i = 0; i < connection.memberships().size(); ++i) {
    if (connection.memberships()[i].group->name == name) {
      leave(connection, i);
      return true;
    }
  }
  return false;
}

void Groups::discard_all(Connection& connection) {
  while (!connection.memberships().empty()) leave(connection, connection.memberships().size() - 1);
}

void Groups::leave(Connection& connection, size_t which) {
  std::vector<Membership>& memberships = connection.memberships();
  Membership membership = memberships[which];
  memberships[which] = memberships.back();
  memberships.pop_back();

  Group* group = membership.group;
  if (group->deliveries > 0) {
    group->members[membership.index] = nullptr;
  } else {
    Connection* last = group->members.back();
    group->members[membership.index] = last;
    group->members.pop_back();
    if (last != &connection) group->place(last, membership.index);
  }
  if (--group->count == 0) {
    layer_.leave(worker_, group->name);
    remove_if_empty(group);
  }
}

void Groups::remove_if_empty(Group* group) {
  if (group->count == 0 && group->deliveries == 0) groups_.erase(groups_.find(group->name));
}

void Groups::deliver(std::string_view name, std::span<const layer::EventPtr> events,
                     const std::function<void()>& after_some) {
  auto found = groups_.find(name);
  if (found == groups_.end()) return;
  Group* group = found->second.get();
  ++group->deliveries;
  size_t end = group->members.size();
  for (size_t some = 0; some < end; some += members_at_once) {
    const size_t some_end = std::min(some + members_at_once, end);
    for (const layer::EventPtr& event : events) {
      for (size_t i = some; i < some_end; ++i) {
        if (group->members[i] != nullptr) group->members[i]->on_event(*event);
      }
    }
    after_some();
  }
  if (--group->deliveries == 0) {
    if (group->count != group->members.size()) group->close_holes();
    remove_if_empty(group);
  }
}

}  // namespace wharf::server

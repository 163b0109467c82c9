#include "layer/local_groups.h"

#include <algorithm>
#include <mutex>

namespace wharf::layer {

bool LocalGroups::join(WorkerIndex worker, std::string_view group) {
  std::unique_lock lock(mutex_);
  auto found = groups_.find(group);
  const bool first = found == groups_.end();
  if (first) found = groups_.emplace(std::string(group), std::vector<bool>(workers_, false)).first;
  found->second[worker] = true;
  return first;
}

bool LocalGroups::leave(WorkerIndex worker, std::string_view group) {
  std::unique_lock lock(mutex_);
  auto found = groups_.find(group);
  if (found == groups_.end()) return false;
  std::vector<bool>& members = found->second;
  members[worker] = false;
  if (std::find(members.begin(), members.end(), true) != members.end()) return false;
  groups_.erase(found);
  return true;
}

bool LocalGroups::has_members(std::string_view group) const {
  std::shared_lock lock(mutex_);
  return groups_.contains(group);
}

std::vector<std::string> LocalGroups::names() const {
  std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  names.reserve(groups_.size());
  for (const auto& [name, members] : groups_) names.push_back(name);
  return names;
}

wharf_result LocalGroups::deliver(std::string_view group, const EventPtr& event) const {
  std::shared_lock lock(mutex_);
  auto found = groups_.find(group);
  if (found == groups_.end()) return WHARF_OK;
  wharf_result result = WHARF_OK;
  for (WorkerIndex worker = 0; worker < workers_; ++worker) {
    if (found->second[worker] && !sink_.to_group(worker, group, event)) result = WHARF_FULL;
  }
  return result;
}

}  // namespace wharf::layer

#include "layer/redis/core_memberships.h"

#include <fmt/format.h>

#include <utility>

#include "layer/redis/clock.h"
#include "layer/redis/host_index.h"

namespace wharf::layer::redis {

CoreMemberships::CoreMemberships(const Names& names, const LocalGroups& local, const Clients& clients,
                                 config::Duration group_expiry, telemetry::Log& log)
    : names_(names),
      local_(local),
      clients_(clients),
      group_expiry_(group_expiry),
      log_(log),
      last_renewal_(std::chrono::steady_clock::now()) {}

size_t CoreMemberships::host_of(std::string_view group) const { return host_index(group, clients_.size()); }

void CoreMemberships::update(const std::string& group) {
  auto found = numbers_.find(group);
  const bool known = found != numbers_.end();
  if (local_.has_members(group) == known) return;
  if (known) {
    const uint64_t number = found->second;
    numbers_.erase(found);
    groups_.erase(number);
    remove(group, number);
  } else {
    const uint64_t number = next_number_++;
    numbers_.emplace(group, number);
    groups_.emplace(number, group);
    add(group, number);
  }
}

const std::string* CoreMemberships::find(uint64_t number) const {
  auto found = groups_.find(number);
  return found == groups_.end() ? nullptr : &found->second;
}

void CoreMemberships::add(const std::string& group, uint64_t number) {
  Client& client = *clients_[host_of(group)];
  if (!client.ready()) return;  // restore() will do it
  const std::string key = names_.group_key(group);
  client.command({"ZADD", key, unix_seconds(), names_.group_member(number)},
                 [this, group](const redisReply* reply) {
                   if (reply == nullptr || !is_error(*reply)) return;
                   if (refused_.empty()) {
                     log_.warn("channel layer: Redis refuses the membership of group `{}`: {}; trying again",
                               telemetry::printable(group), describe(*reply));
                   }
                   refused_.insert(group);
                 });
  client.command({"PEXPIRE", key, std::to_string(group_expiry_.count())}, [](const redisReply*) {});
}

void CoreMemberships::remove(const std::string& group, uint64_t number) {
  refused_.erase(group);
  Client& client = *clients_[host_of(group)];
  if (!client.ready()) {
    left_while_away_[group] = number;
    return;
  }
  client.command({"ZREM", names_.group_key(group), names_.group_member(number)}, [](const redisReply*) {});
}

void CoreMemberships::restore(size_t host) {
  for (auto left = left_while_away_.begin(); left != left_while_away_.end();) {
    if (host_of(left->first) != host) {
      ++left;
      continue;
    }
    remove(left->first, left->second);
    left = left_while_away_.erase(left);
  }
  for (const auto& [group, number] : numbers_) {
    if (host_of(group) == host) add(group, number);
  }
}

void CoreMemberships::tend(std::chrono::steady_clock::time_point now) {
  for (const std::string& group : std::exchange(refused_, {})) {
    if (auto found = numbers_.find(group); found != numbers_.end()) add(group, found->second);
  }
  // Three attempts may fail before Django's sweep takes the member for dead.
  if (now < last_renewal_ + group_expiry_ / 4) return;
  last_renewal_ = now;
  for (const auto& [group, number] : numbers_) add(group, number);
}

void CoreMemberships::leave_all() {
  for (const auto& [group, number] : numbers_) remove(group, number);
  numbers_.clear();
  groups_.clear();
}

}  // namespace wharf::layer::redis

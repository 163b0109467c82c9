// The groups of this process as Redis knows them: one member for each group, however many sockets are in it.
// It is added with the first socket, renewed before it expires, taken out with the last, and added again when
// Redis has been away.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/config.h"
#include "layer/local_groups.h"
#include "layer/redis/client.h"
#include "layer/redis/names.h"
#include "telemetry/log.h"

namespace wharf::layer::redis {

using Clients = std::vector<std::unique_ptr<Client>>;

// [layer]
class CoreMemberships {
 public:
  // All outlive it. `clients`: one for each host.
  CoreMemberships(const Names& names, const LocalGroups& local, const Clients& clients,
                  config::Duration group_expiry, telemetry::Log& log);

  // The group has got its first member in this process, or lost its last: which of them, is looked up now.
  void update(const std::string& group);
  // The group of that number, or null.
  const std::string* find(uint64_t number) const;

  // The host can be used again: it may have forgotten everything.
  void restore(size_t host);
  // To be called about once a second: renews what is due, tries again what was refused.
  void tend(std::chrono::steady_clock::time_point now);
  // Takes every member out.
  void leave_all();

 private:
  size_t host_of(std::string_view group) const;
  void add(const std::string& group, uint64_t number);
  void remove(const std::string& group, uint64_t number);

  const Names& names_;
  const LocalGroups& local_;
  const Clients& clients_;
  std::chrono::milliseconds group_expiry_;
  telemetry::Log& log_;
  uint64_t next_number_ = 1;
  std::unordered_map<std::string, uint64_t> numbers_;
  std::unordered_map<uint64_t, std::string> groups_;
  std::unordered_map<std::string, uint64_t> left_while_away_;  // still in Redis, perhaps
  std::unordered_set<std::string> refused_;                    // to be tried again
  std::chrono::steady_clock::time_point last_renewal_;
};

}  // namespace wharf::layer::redis

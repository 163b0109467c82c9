// What the workers of one route share: its config, its limits, and where its terminals are. A socket that
// comes back may arrive on another worker than the one that its terminal lives on.
#pragma once

#include <wharf/consumer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "consumer/audit_log.h"
#include "consumer/host_loop.h"
#include "terminal/config.h"
#include "terminal/invitations.h"
#include "terminal/session_limits.h"

namespace wharf_paramiko {

class Terminal;

// A terminal, from whatever thread: it is called on the loop it lives on.
struct Remote {
  std::weak_ptr<Terminal> terminal;
  std::shared_ptr<HostLoop> loop;
};

// All but `config` is [any-thread].
class Shared {
 public:
  Shared(terminal::RouteConfig checked, std::shared_ptr<AuditLog> audit_log);

  // [loader] That of the route with this config. Two routes whose configs are the same to the letter share
  // it, their limits included. Throws wharf::Refuse. `warn` hears of what is allowed and unwise.
  static std::shared_ptr<Shared> of(std::string_view config_json,
                                    const std::function<void(const std::string&)>& warn);

  const terminal::RouteConfig config;
  const std::shared_ptr<AuditLog> audit_log;  // nullptr: the server's log
  terminal::SessionLimits sessions;
  terminal::SessionLimits viewers;  // by the same numbers; they take no place of a session
  terminal::AttemptLimit attempts;
  terminal::Invitations invitations;
  std::atomic<uint32_t> detached{0};  // terminals that wait for their owner

  void add(const std::string& id, Remote remote);
  void remove(const std::string& id);
  std::optional<Remote> find(const std::string& id) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Remote> terminals_;
};

}  // namespace wharf_paramiko

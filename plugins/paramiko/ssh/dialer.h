// The way to a socket: what the files know of the host, the addresses of its name, the policy, the
// connection.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "connector.h"
#include "known_hosts.h"
#include "loop.h"
#include "settings.h"

namespace wharf_paramiko::ssh {

// [worker] Destroying it gives up.
class Dialer {
 public:
  struct Reached {
    int fd = -1;          // the callee's now; -1 when `onwards`
    std::string address;  // empty when `onwards`
    KnownHost known;
  };
  // `onwards`: another session connects, so no name is looked up. `done` is called once, not within the
  // constructor, and may destroy this object.
  Dialer(Loop& loop, const Settings& settings, bool onwards, std::function<void(Result<Reached>)> done);
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

 private:
  struct Found;
  void look_up();
  void found(Found& what);
  void connect(KnownHost known, std::vector<Address> addresses);
  void finish(Result<Reached> result);

  Loop& loop_;
  const Settings& settings_;
  const bool onwards_;
  std::function<void(Result<Reached>)> done_;
  std::shared_ptr<Dialer*> self_;  // for what comes back from the pool too late
  std::unique_ptr<Loop::Handle> timer_;
  std::unique_ptr<Connector> connector_;
};

}  // namespace wharf_paramiko::ssh

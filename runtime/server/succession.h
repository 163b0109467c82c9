// What becomes of the connections of instances that are not served any more. Where the old consumer and the
// new one know how, they go over to the new one. The others stay with the code they began with, until they
// leave or their route's `drain` lets them go.
//
// A worker may have a hundred thousand connections: they are looked at in portions, between which the worker
// turns to its sockets. A change that comes meanwhile makes it begin again, with what is served then: nobody
// goes over to a version that is outdated already, unless he did so before.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "server/commons.h"
#include "server/deadlines.h"
#include "server/serving.h"

namespace wharf::server {

// [worker]
class Succession {
 public:
  // Both outlive it. `drains` gets the connections that are to be let go, and when.
  Succession(unsigned worker, Commons& commons, Deadlines& drains);

  // `now` has taken the place of `before`. `done` hears for how long a portion has lasted at most.
  using Done = std::function<void(std::chrono::nanoseconds longest)>;
  void begin(std::shared_ptr<const Serving> before, std::shared_ptr<const Serving> now, Done done);
  bool busy() const { return now_ != nullptr; }
  // The next portion.
  void step();
  // Nobody goes over any more.
  void stop();

 private:
  struct Replaced {
    std::shared_ptr<RouteInstance> old;
    std::shared_ptr<RouteInstance> successor;  // null: nobody serves its pattern now
    bool migrates = false;
    size_t taken = 0;
    std::vector<wharf_connection> staying;
  };

  void look_for_successors();
  void settle(wharf_connection number);
  void finish(Replaced& replaced);
  void finish();

  unsigned worker_;
  Commons& commons_;
  Deadlines& drains_;
  std::shared_ptr<const Serving> now_;  // null: there is nothing to do
  std::unordered_map<const plugin::Instance*, Replaced> replaced_;
  std::vector<wharf_connection> connections_;
  size_t next_ = 0;  // of `connections_`
  std::chrono::nanoseconds longest_{0};
  std::vector<Done> done_;
};

}  // namespace wharf::server

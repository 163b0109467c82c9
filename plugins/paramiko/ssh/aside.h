// One piece of blocking work with a thread of its own, for what may wait for a person: the pool has few
// threads, and others need them.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "loop.h"

namespace wharf_paramiko::ssh {

// [worker]
class Aside {
 public:
  // `work` on the thread, then `done` on the worker, unless this object is gone by then. `done` may destroy
  // it.
  Aside(Loop& loop, std::function<void()> work, std::function<void()> done);
  // Waits for `work`: whoever destroys this has made sure that it ends.
  ~Aside();
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

 private:
  std::function<void()> done_;
  std::shared_ptr<Aside*> self_;  // the object, for the task that may come too late
  std::thread thread_;
};

}  // namespace wharf_paramiko::ssh

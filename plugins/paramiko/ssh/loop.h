// What a session needs of the event loop it lives on. The consumer room implements it over wharf.io/1, tests
// over poll().
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace wharf_paramiko::ssh {

// [worker], all but post(). It outlives every session and every handle made of it.
class Loop {
 public:
  static constexpr unsigned Read = 1;
  static constexpr unsigned Write = 2;

  // One watch or one timer. Its destructor cancels it: no callback follows. A callback may destroy its own
  // handle.
  class Handle {
   public:
    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    virtual ~Handle() = default;
  };

  Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  virtual ~Loop() = default;

  // Level-triggered; `ready` gets what happened. An error or a hang-up of `fd` counts as all that `mask` asks
  // for. The descriptor stays the caller's, who cancels the watch before closing it.
  virtual std::unique_ptr<Handle> watch(int fd, unsigned mask, std::function<void(unsigned)> ready) = 0;
  // Of a watch of this loop's. 0 keeps it and reports nothing.
  virtual void modify(Handle& watch, unsigned mask) = 0;
  // Fires once.
  virtual std::unique_ptr<Handle> timer(std::chrono::milliseconds first, std::function<void()> fired) = 0;
  // [any-thread] Later, on the worker. Tasks run in the order of their posting.
  virtual void post(std::function<void()> task) = 0;
  // `work` on a thread of the pool, then `done` on the worker. When the pool takes no more, `done` comes
  // without `work` having run.
  virtual void in_pool(std::function<void()> work, std::function<void()> done) = 0;
};

}  // namespace wharf_paramiko::ssh

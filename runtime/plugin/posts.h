// What one instance has posted to its worker. Each task that was taken runs exactly once: in a later turn of
// the loop, or right before `destroy`, so that no argument is lost.
#pragma once

#include <wharf/consumer.h>

#include <deque>
#include <mutex>

namespace wharf::plugin {

class HostContext;

class Posts {
 public:
  using Run = void (*)(void* instance, void* argument);

  // [any-thread] WHARF_GONE once closed, or when the worker has ended.
  wharf_result push(HostContext& context, Run run, void* argument);
  // [worker] Takes no more, and runs what waits, in order.
  void close_and_run(HostContext& context);
  // [worker] Takes no more, and forgets what waits: for an instance that never came to be.
  void close();

 private:
  struct Task {
    Run run;
    void* argument;
  };

  bool run_next(HostContext& context);

  std::mutex mutex_;
  std::deque<Task> waiting_;
  bool closed_ = false;
};

}  // namespace wharf::plugin

// The signals that a server hears: SIGTERM and SIGINT end it, SIGHUP makes it look for changes.
#pragma once

#include <uv.h>

#include <functional>
#include <vector>

namespace wharf::cli {

// [loader] Everything; the callbacks come from the loop.
class Signals {
 public:
  Signals(uv_loop_t* loop, std::function<void()> stop, std::function<void()> reload);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // From now on a second signal ends the process at once.
  void restore();

 private:
  void watch(uv_loop_t* loop, int number);

  std::function<void()> stop_;
  std::function<void()> reload_;
  std::vector<uv_signal_t*> handles_;  // freed when they have closed
};

}  // namespace wharf::cli

// Deadlines of many things at the price of one timer: a heap of (time, key), and a timer for the earliest.
// An entry is not taken back: whoever it concerns is looked up by its key when the time has come, and may
// have gone, or have a later deadline by now and ask again.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <utility>
#include <vector>

namespace wharf::server {

// [worker] Times are milliseconds of uv_now().
class Deadlines {
 public:
  Deadlines(uv_loop_t* loop, std::function<void(uint64_t key)> due);
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  void add(uint64_t time, uint64_t key);
  uint64_t now() const { return uv_now(loop_); }

 private:
  using Entry = std::pair<uint64_t, uint64_t>;

  void fire();
  void arm();

  uv_loop_t* loop_;
  uv_timer_t* timer_;
  std::function<void(uint64_t)> due_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
};

}  // namespace wharf::server

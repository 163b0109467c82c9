// Something to be done about once a second, on a loop.
#pragma once

#include <uv.h>

#include <functional>
#include <utility>

#include "layer/redis/uv_timer.h"

namespace wharf::layer::redis {

// [layer]
class Ticker {
 public:
  Ticker(uv_loop_t* loop, std::function<void()> tick)
      : tick_(std::move(tick)), timer_(make_timer(loop, this)) {
    uv_timer_start(
        timer_, [](uv_timer_t* timer) { static_cast<Ticker*>(timer->data)->tick_(); }, 1000, 1000);
  }
  ~Ticker() { close_timer(timer_); }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  std::function<void()> tick_;
  uv_timer_t* timer_;
};

}  // namespace wharf::layer::redis

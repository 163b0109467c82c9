// A timer of libuv on the heap: it has to outlive its owner until the loop is through with it.
#pragma once

#include <uv.h>

namespace wharf::layer::redis {

inline uv_timer_t* make_timer(uv_loop_t* loop, void* data) {
  uv_timer_t* timer = new uv_timer_t;
  uv_timer_init(loop, timer);
  timer->data = data;
  return timer;
}

// No callback comes any more; the memory goes when the loop is through with it.
inline void close_timer(uv_timer_t* timer) {
  uv_close(reinterpret_cast<uv_handle_t*>(timer),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

}  // namespace wharf::layer::redis

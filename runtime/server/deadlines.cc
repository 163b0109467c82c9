#include "server/deadlines.h"

namespace wharf::server {

Deadlines::Deadlines(uv_loop_t* loop, std::function<void(uint64_t key)> due)
    : loop_(loop), timer_(new uv_timer_t), due_(std::move(due)) {
  uv_timer_init(loop_, timer_);
  timer_->data = this;
}

Deadlines::~Deadlines() {
  uv_close(reinterpret_cast<uv_handle_t*>(timer_),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

void Deadlines::add(uint64_t time, uint64_t key) {
  bool earliest = entries_.empty() || time < entries_.top().first;
  entries_.emplace(time, key);
  if (earliest) arm();
}

void Deadlines::fire() {
  while (!entries_.empty() && entries_.top().first <= now()) {
    uint64_t key = entries_.top().second;
    entries_.pop();
    due_(key);
  }
  arm();
}

void Deadlines::arm() {
  if (entries_.empty()) {
    uv_timer_stop(timer_);
    return;
  }
  uint64_t time = entries_.top().first;
  uv_timer_start(
      timer_, [](uv_timer_t* timer) { static_cast<Deadlines*>(timer->data)->fire(); },
      time > now() ? time - now() : 0, 0);
}

}  // namespace wharf::server

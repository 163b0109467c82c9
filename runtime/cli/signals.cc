#include "cli/signals.h"

#include <csignal>
#include <utility>

namespace wharf::cli {

Signals::Signals(uv_loop_t* loop, std::function<void()> stop, std::function<void()> reload)
    : stop_(std::move(stop)), reload_(std::move(reload)) {
  for (int number : {SIGTERM, SIGINT, SIGHUP}) watch(loop, number);
  // A peer that has gone is noticed by the result of the write.
  std::signal(SIGPIPE, SIG_IGN);
}

void Signals::watch(uv_loop_t* loop, int number) {
  uv_signal_t* signal = handles_.emplace_back(new uv_signal_t);
  uv_signal_init(loop, signal);
  signal->data = this;
  uv_signal_start(
      signal,
      [](uv_signal_t* handle, int which) {
        Signals* self = static_cast<Signals*>(handle->data);
        which == SIGHUP ? self->reload_() : self->stop_();
      },
      number);
}

void Signals::restore() {
  for (uv_signal_t* signal : handles_) uv_signal_stop(signal);
}

Signals::~Signals() {
  for (uv_signal_t* signal : handles_) {
    uv_close(reinterpret_cast<uv_handle_t*>(signal),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_signal_t*>(handle); });
  }
}

}  // namespace wharf::cli

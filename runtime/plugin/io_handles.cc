#include "plugin/io_handles.h"

#include <fmt/format.h>

#include <memory>

#include "plugin/crash_report.h"
#include "plugin/host_context.h"

namespace wharf::plugin {

namespace {

int to_uv(uint32_t mask) {
  return ((mask & WHARF_IO_READ) ? UV_READABLE : 0) | ((mask & WHARF_IO_WRITE) ? UV_WRITABLE : 0);
}

uint32_t from_uv(int events) {
  return ((events & UV_READABLE) ? WHARF_IO_READ : 0u) | ((events & UV_WRITABLE) ? WHARF_IO_WRITE : 0u);
}

}  // namespace

// `data` of the libuv handle inside is always the Handle*.
struct IoHandles::Handle {
  Handle(HostContext& instance_context, void* plugin_context)
      : owner(instance_context), context(plugin_context) {}
  virtual ~Handle() = default;

  // No callback follows. The handle is deleted in a later turn of the loop.
  void end() {
    uv_close(base(), [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
  }
  virtual uv_handle_t* base() = 0;

  HostContext& owner;
  void* context;
};

struct IoHandles::Watch : Handle {
  using Handle::Handle;
  uv_handle_t* base() override { return reinterpret_cast<uv_handle_t*>(&poll); }

  void listen() {
    if (mask == 0) {
      uv_poll_stop(&poll);
    } else {
      uv_poll_start(&poll, to_uv(mask), happened);
    }
  }

  static void happened(uv_poll_t* poll, int status, int events) {
    Watch& self = *static_cast<Watch*>(static_cast<Handle*>(poll->data));
    // An error ends every wait, so what the plugin waits for is worth a try, and then shows the error.
    const uint32_t what = status < 0 ? self.mask | WHARF_IO_ERROR : from_uv(events);
    call_plugin(self.owner.generation(), "wharf.io ready", self.ready, self.owner.instance, self.context,
                self.fd, what);
    // libuv stops at an error; a watch goes on while the condition lasts.
    if (status < 0 && !uv_is_closing(self.base())) self.listen();
  }

  uv_poll_t poll{};
  int fd = -1;
  uint32_t mask = 0;
  Ready ready = nullptr;
};

struct IoHandles::Timer : Handle {
  using Handle::Handle;
  uv_handle_t* base() override { return reinterpret_cast<uv_handle_t*>(&timer); }

  static void happened(uv_timer_t* timer) {
    Timer& self = *static_cast<Timer*>(static_cast<Handle*>(timer->data));
    // A timer that fires once is used up before its callback begins.
    if (uv_timer_get_repeat(timer) == 0) self.owner.io.cancel(self.token);
    call_plugin(self.owner.generation(), "wharf.io fired", self.fired, self.owner.instance, self.context);
  }

  uv_timer_t timer{};
  wharf_io_token token = 0;
  Fired fired = nullptr;
};

wharf_io_token IoHandles::watch(HostContext& owner, uv_loop_t* loop, int fd, uint32_t mask, Ready ready,
                                void* context) {
  auto watch = std::make_unique<Watch>(owner, context);
  const wharf_io_token token = ++last_;
  handles_.emplace(token, watch.get());
  if (const int error = uv_poll_init(loop, &watch->poll, fd); error != 0) {
    handles_.erase(token);
    const char* remedy = error == UV_EEXIST ? ": it is watched already: modify or cancel that watch" : "";
    owner.invalid("wharf.io watch", 0, fmt::format("descriptor {}: {}{}", fd, uv_strerror(error), remedy));
    return 0;
  }
  watch->fd = fd;
  watch->mask = mask;
  watch->ready = ready;
  watch->poll.data = static_cast<Handle*>(watch.get());
  watch.release()->listen();
  return token;
}

wharf_io_token IoHandles::timer(HostContext& owner, uv_loop_t* loop, uint64_t first_ms, uint64_t every_ms,
                                Fired fired, void* context) {
  auto timer = std::make_unique<Timer>(owner, context);
  const wharf_io_token token = ++last_;
  handles_.emplace(token, timer.get());
  timer->token = token;
  timer->fired = fired;
  uv_timer_init(loop, &timer->timer);
  timer->timer.data = static_cast<Handle*>(timer.get());
  // The loop's clock stands still during a turn, and a long turn must not shorten the wait.
  uv_update_time(loop);
  uv_timer_start(&timer.release()->timer, Timer::happened, first_ms, every_ms);
  return token;
}

wharf_result IoHandles::modify(wharf_io_token token, uint32_t mask) {
  auto found = handles_.find(token);
  if (found == handles_.end()) return WHARF_GONE;
  Watch* watch = dynamic_cast<Watch*>(found->second);
  if (watch == nullptr) return WHARF_INVALID;
  watch->mask = mask;
  watch->listen();
  return WHARF_OK;
}

wharf_result IoHandles::cancel(wharf_io_token token) {
  auto found = handles_.find(token);
  if (found == handles_.end()) return WHARF_GONE;
  Handle* handle = found->second;
  handles_.erase(found);
  handle->end();
  return WHARF_OK;
}

void IoHandles::cancel_all() {
  for (const auto& [token, handle] : handles_) handle->end();
  handles_.clear();
}

}  // namespace wharf::plugin

#include "plugin/ext_io.h"

#include "plugin/host_call.h"

namespace wharf::plugin {

namespace {

constexpr uint32_t askable = WHARF_IO_READ | WHARF_IO_WRITE;
constexpr const char* wrong_mask = "the mask has more than WHARF_IO_READ and WHARF_IO_WRITE";
constexpr const char* wrong_thread = "not called on the worker: use post() to get there";

// The token that `make(context, loop)` answers with; 0 from another thread, or once `destroy` has begun.
template <class Make>
wharf_io_token make_token(const wharf_host* host, const char* function, const char* complaint,
                          Make make) noexcept {
  HostContext& context = HostContext::of(host);
  if (!context.on_worker()) complaint = wrong_thread;
  if (complaint != nullptr) {
    refuse_call(context, function, 0, complaint);
    return 0;
  }
  return guarded(wharf_io_token{0}, [&] {
    Services services(context);
    return services && !context.io.closed() ? make(context, services->loop()) : wharf_io_token{0};
  });
}

wharf_io_token watch(const wharf_host* host, int fd, uint32_t mask, IoHandles::Ready ready,
                     void* plugin) noexcept {
  const char* complaint = nullptr;
  if (fd < 0) complaint = "the descriptor is negative";
  if ((mask & ~askable) != 0) complaint = wrong_mask;
  if (ready == nullptr) complaint = "the callback is NULL";
  return make_token(host, "wharf.io watch", complaint, [&](HostContext& context, uv_loop_t* loop) {
    return context.io.watch(context, loop, fd, mask, ready, plugin);
  });
}

wharf_io_token timer(const wharf_host* host, uint64_t first_ms, uint64_t every_ms, IoHandles::Fired fired,
                     void* plugin) noexcept {
  const char* complaint = fired == nullptr ? "the callback is NULL" : nullptr;
  return make_token(host, "wharf.io timer", complaint, [&](HostContext& context, uv_loop_t* loop) {
    return context.io.timer(context, loop, first_ms, every_ms, fired, plugin);
  });
}

wharf_result modify(const wharf_host* host, wharf_io_token token, uint32_t mask) noexcept {
  HostContext& context = HostContext::of(host);
  if (!context.on_worker()) return WHARF_DENIED;
  if ((mask & ~askable) != 0) return refuse_call(context, "wharf.io modify", 0, wrong_mask);
  const wharf_result result = context.io.modify(token, mask);
  return result == WHARF_INVALID ? refuse_call(context, "wharf.io modify", 0, "the token is a timer's")
                                 : result;
}

wharf_result cancel(const wharf_host* host, wharf_io_token token) noexcept {
  HostContext& context = HostContext::of(host);
  return context.on_worker() ? context.io.cancel(token) : WHARF_DENIED;
}

wharf_result pause(const wharf_host* host, wharf_connection connection, uint32_t paused) noexcept {
  HostContext& context = HostContext::of(host);
  if (!context.on_worker()) return WHARF_DENIED;
  return host_call(context, [&](Services& services) { return services->pause(connection, paused != 0); });
}

}  // namespace

const wharf_io* io_table() {
  static constexpr wharf_io table = {sizeof(wharf_io), 0, watch, modify, timer, cancel, pause};
  return &table;
}

}  // namespace wharf::plugin

// The watches and timers of one instance, on the loop of its worker.
#pragma once

#include <wharf/ext/io.h>

#include <uv.h>

#include <unordered_map>

namespace wharf::plugin {

class HostContext;

// [worker] A handle belongs to the loop until its close callback, which may come after the end of the
// instance: so handles are on the heap and delete themselves, and a token only finds them. No token is given
// out twice.
class IoHandles {
 public:
  using Ready = void (*)(void* instance, void* context, int fd, uint32_t mask);
  using Fired = void (*)(void* instance, void* context);

  IoHandles() = default;
  IoHandles(const IoHandles&) = delete;
  IoHandles& operator=(const IoHandles&) = delete;

  // 0 when libuv refuses the descriptor, with a line in the log. `mask` is of WHARF_IO_READ and
  // WHARF_IO_WRITE.
  wharf_io_token watch(HostContext& owner, uv_loop_t* loop, int fd, uint32_t mask, Ready ready,
                       void* context);
  wharf_io_token timer(HostContext& owner, uv_loop_t* loop, uint64_t first_ms, uint64_t every_ms, Fired fired,
                       void* context);
  // WHARF_GONE for a token that is used up, WHARF_INVALID for a timer.
  wharf_result modify(wharf_io_token watch, uint32_t mask);
  wharf_result cancel(wharf_io_token token);

  // `destroy` begins: no more are made.
  void close() { closed_ = true; }
  bool closed() const { return closed_; }
  // `destroy` has returned: what it left over ends now.
  void cancel_all();

 private:
  struct Handle;
  struct Watch;
  struct Timer;

  std::unordered_map<wharf_io_token, Handle*> handles_;
  wharf_io_token last_ = 0;
  bool closed_ = false;
};

}  // namespace wharf::plugin

#include "server/lws_process.h"

#include <libwebsockets.h>

#include <cstdlib>
#include <cstring>
#include <mutex>

#include "server/rx_arena.h"

namespace wharf::server {

namespace {

// Address space for a million sockets; further ones get their buffers from malloc.
constexpr size_t most_buffers = 1 << 20;
constexpr size_t buffer_overhead = 256;  // LWS_PRE and what libwebsockets adds

// libwebsockets has one allocator per process, and gives it no context.
RxArena& arena() {
  static RxArena arena(receive_at_once + buffer_overhead, most_buffers);
  return arena;
}

void* allocate(void* old, size_t size, const char* reason) {
  if (arena().owns(old)) {
    // Never grown: it is allocated once for each WebSocket, and freed with it.
    if (size == 0) arena().release(old);
    return size <= arena().slot_size() && size > 0 ? old : nullptr;
  }
  if (old == nullptr && size > 0 && std::strcmp(reason, "rx_ubuf") == 0) {
    if (void* slot = arena().allocate(size)) return slot;
  }
  if (size > 0) return std::realloc(old, size);
  std::free(old);
  return nullptr;
}

}  // namespace

void prepare_lws_process() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Its log formats into one buffer for all threads, and 4.1 logs a meaningless error at each adoption.
    // What matters is seen by its callers.
    lws_set_log_level(0, nullptr);
    lws_set_allocator(allocate);
  });
}

}  // namespace wharf::server

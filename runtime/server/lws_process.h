// What libwebsockets has once per process, whatever number of contexts there are: its log, which stays
// silent, and its allocator.
#pragma once

#include <cstddef>

namespace wharf::server {

// One recv() of a WebSocket takes at most this much. libwebsockets asks for a buffer of that size per
// connection, which the allocator serves from rx_arena.h.
inline constexpr size_t receive_at_once = 16 << 10;

// [any-thread] Idempotent; called before the first context is made.
void prepare_lws_process();

}  // namespace wharf::server

// WebSocket frames, server to client (RFC 6455 section 5.2): never masked, never fragmented. Written by hand,
// because libwebsockets frames one message per write and a turn's frames have to share one.
#pragma once

#include <cstdint>
#include <string_view>

namespace wharf::server {

enum class Opcode : uint8_t { Text = 0x1, Binary = 0x2, Close = 0x8, Ping = 0x9, Pong = 0xa };

// The longest header that write_frame_header writes.
inline constexpr size_t max_frame_header = 10;

// Writes the header for `payload` bytes to `out`, which has max_frame_header bytes; returns its length.
size_t write_frame_header(uint8_t* out, Opcode opcode, uint64_t payload);

// Bytes that a message occupies on the wire.
constexpr uint64_t framed_size(uint64_t payload) {
  return payload + (payload < 126 ? 2 : payload < 65536 ? 4 : 10);
}

}  // namespace wharf::server

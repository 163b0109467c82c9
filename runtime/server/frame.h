// WebSocket frames, server to client (RFC 6455 section 5.2): never masked, never fragmented. Written by hand,
// because libwebsockets frames one message per write and a turn's frames have to share one.
#pragma once

#include <wharf/consumer.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wharf::server {

enum class Opcode : uint8_t { Text = 0x1, Binary = 0x2, Close = 0x8, Ping = 0x9, Pong = 0xa };

constexpr Opcode opcode_of(wharf_kind kind) { return kind == WHARF_TEXT ? Opcode::Text : Opcode::Binary; }

// The longest header that write_frame_header writes.
inline constexpr size_t max_frame_header = 10;

// Writes the header for `payload` bytes to `out`, which has max_frame_header bytes; returns its length.
inline size_t write_frame_header(uint8_t* out, Opcode opcode, uint64_t payload) {
  constexpr uint8_t fin = 0x80;
  out[0] = static_cast<uint8_t>(fin | static_cast<uint8_t>(opcode));
  if (payload < 126) {
    out[1] = static_cast<uint8_t>(payload);
    return 2;
  }
  const size_t extended = payload < 65536 ? 2 : 8;
  out[1] = extended == 2 ? 126 : 127;
  for (size_t i = 0; i < extended; ++i) {
    out[2 + i] = static_cast<uint8_t>(payload >> (8 * (extended - 1 - i)));
  }
  return 2 + extended;
}

// Bytes that a message occupies on the wire.
constexpr uint64_t framed_size(uint64_t payload) {
  return payload + (payload < 126 ? 2 : payload < 65536 ? 4 : 10);
}

}  // namespace wharf::server

// WebSocket frames (RFC 6455, section 5.2), as far as a load needs them: unfragmented messages, no
// extensions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bare {

inline constexpr unsigned text = 0x1, binary = 0x2, close = 0x8, ping = 0x9, pong = 0xa;

struct Frame {
  unsigned opcode;
  std::string_view payload;
  std::size_t size;  // of the whole frame
};

// Unmasks the frame at the beginning of `bytes`, in place. False: it is not whole yet.
bool read_frame(char* bytes, std::size_t size, Frame& frame);

// A frame's first bytes and its payload, which may come in two parts.
void append_frame(std::string& out, unsigned opcode, std::string_view payload, std::string_view more = {});

}  // namespace bare

#include "server/frame.h"

#include <cstddef>

namespace wharf::server {

size_t write_frame_header(uint8_t* out, Opcode opcode, uint64_t payload) {
  constexpr uint8_t fin = 0x80;
  out[0] = static_cast<uint8_t>(fin | static_cast<uint8_t>(opcode));
  size_t extended = 0;
  if (payload < 126) {
    out[1] = static_cast<uint8_t>(payload);
  } else if (payload < 65536) {
    out[1] = 126;
    extended = 2;
  } else {
    out[1] = 127;
    extended = 8;
  }
  for (size_t i = 0; i < extended; ++i) {
    out[2 + i] = static_cast<uint8_t>(payload >> (8 * (extended - 1 - i)));
  }
  return 2 + extended;
}

}  // namespace wharf::server

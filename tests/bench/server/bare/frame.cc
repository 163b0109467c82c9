#include "frame.h"

#include <cstdint>
#include <cstring>

namespace bare {
namespace {

void unmask(char* bytes, std::size_t size, const char* mask) {
  std::uint32_t once = 0;
  std::memcpy(&once, mask, sizeof once);
  const std::uint64_t twice = once | static_cast<std::uint64_t>(once) << 32;
  std::size_t at = 0;
  for (; at + sizeof twice <= size; at += sizeof twice) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, sizeof word);
    word ^= twice;
    std::memcpy(bytes + at, &word, sizeof word);
  }
  for (; at < size; ++at) bytes[at] = static_cast<char>(bytes[at] ^ mask[at % 4]);
}

}  // namespace

bool read_frame(char* bytes, std::size_t size, Frame& frame) {
  if (size < 2) return false;
  const auto byte = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  std::size_t length = byte(1) & 0x7fU;
  const std::size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  const std::size_t head = 2 + length_bytes + 4;
  if (size < head) return false;
  if (length_bytes != 0) length = 0;
  for (std::size_t at = 2; at < 2 + length_bytes; ++at) length = length << 8 | byte(at);
  if (size - head < length) return false;
  unmask(bytes + head, length, bytes + head - 4);
  frame = {byte(0) & 0xfU, {bytes + head, length}, head + length};
  return true;
}

void append_frame(std::string& out, unsigned opcode, std::string_view payload, std::string_view more) {
  const std::size_t size = payload.size() + more.size();
  char head[10] = {static_cast<char>(0x80 | opcode)};
  std::size_t head_size = 2;
  if (size < 126) {
    head[1] = static_cast<char>(size);
  } else {
    head[1] = size < 65536 ? 126 : 127;
    for (int shift = size < 65536 ? 8 : 56; shift >= 0; shift -= 8)
      head[head_size++] = static_cast<char>(size >> shift);
  }
  out.append(head, head_size).append(payload).append(more);
}

}  // namespace bare

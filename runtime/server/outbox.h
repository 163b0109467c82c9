// What waits to be written to one connection: ready frames, one behind the other, in one buffer.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/buffer_pool.h"
#include "server/frame.h"

namespace wharf::server {

// [worker]
class Outbox {
 public:
  bool empty() const { return head_ == bytes_.size(); }
  size_t size() const { return bytes_.size() - head_; }

  void append(BufferPool& pool, std::string_view frame) {
    if (bytes_.capacity() - bytes_.size() < frame.size()) make_room(pool);
    bytes_.append(frame);
  }
  void append(BufferPool& pool, Opcode opcode, std::string_view payload);

  // The next bytes to write, and how many of them were written.
  std::string_view front() const { return bytes_.view().substr(head_); }
  void pop(BufferPool& pool, size_t count);

  void clear(BufferPool& pool);

 private:
  void make_room(BufferPool& pool);

  Buffer bytes_;
  size_t head_ = 0;
};

}  // namespace wharf::server

// What waits to be written to one connection: ready frames, one behind the other, in one buffer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/frame.h"

namespace wharf::server {

// Buffers of a worker that no outbox needs at the moment, so that a message costs no allocation and an idle
// connection no memory. [worker]
class BufferPool {
 public:
  std::string take();
  void give_back(std::string buffer);

 private:
  std::vector<std::string> spare_;
};

// [worker]
class Outbox {
 public:
  bool empty() const { return head_ == bytes_.size(); }
  size_t size() const { return bytes_.size() - head_; }

  void append(BufferPool& pool, Opcode opcode, std::string_view payload);

  // The next bytes to write, and how many of them were written.
  std::string_view front() const { return std::string_view(bytes_).substr(head_); }
  void pop(BufferPool& pool, size_t count);

  void clear(BufferPool& pool);

 private:
  std::string bytes_;
  size_t head_ = 0;
};

}  // namespace wharf::server

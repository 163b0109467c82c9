// Buffers of a worker that no connection needs at the moment, so that a message costs no allocation and an
// idle connection no memory.
#pragma once

#include <vector>

#include "server/buffer.h"

namespace wharf::server {

// [worker]
class BufferPool {
 public:
  // As many as are kept: who needs more than this at a time pays for the others.
  static constexpr size_t most_kept = 64;

  // Empty, and with room for a small message at least.
  Buffer take();
  void give_back(Buffer buffer);

 private:
  std::vector<Buffer> spare_;
};

}  // namespace wharf::server

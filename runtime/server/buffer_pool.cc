#include "server/buffer_pool.h"

#include <utility>

namespace wharf::server {

namespace {
constexpr size_t first_capacity = 2048;
constexpr size_t largest_kept = 256 << 10;
}  // namespace

Buffer BufferPool::take() {
  if (spare_.empty()) {
    Buffer fresh;
    fresh.reserve(first_capacity);
    return fresh;
  }
  Buffer buffer = std::move(spare_.back());
  spare_.pop_back();
  return buffer;
}

void BufferPool::give_back(Buffer buffer) {
  if (buffer.capacity() < first_capacity || buffer.capacity() > largest_kept || spare_.size() >= most_kept)
    return;
  buffer.clear();
  spare_.push_back(std::move(buffer));
}

}  // namespace wharf::server

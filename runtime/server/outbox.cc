#include "server/outbox.h"

#include <utility>

namespace wharf::server {

namespace {
constexpr size_t first_capacity = 2048;
constexpr size_t largest_kept = 256 << 10;
constexpr size_t most_kept = 64;
}  // namespace

std::string BufferPool::take() {
  if (spare_.empty()) {
    std::string fresh;
    fresh.reserve(first_capacity);
    return fresh;
  }
  std::string buffer = std::move(spare_.back());
  spare_.pop_back();
  return buffer;
}

void BufferPool::give_back(std::string buffer) {
  if (buffer.capacity() < first_capacity || buffer.capacity() > largest_kept || spare_.size() >= most_kept)
    return;
  buffer.clear();
  spare_.push_back(std::move(buffer));
}

void Outbox::append(BufferPool& pool, Opcode opcode, std::string_view payload) {
  if (bytes_.capacity() < first_capacity) bytes_ = pool.take();
  uint8_t header[max_frame_header];
  size_t header_size = write_frame_header(header, opcode, payload.size());
  // What was written already makes room before the buffer grows, once there is enough of it to be worth the
  // move.
  if (head_ > bytes_.size() / 2 && bytes_.size() + header_size + payload.size() > bytes_.capacity()) {
    bytes_.erase(0, head_);
    head_ = 0;
  }
  bytes_.append(reinterpret_cast<const char*>(header), header_size);
  bytes_.append(payload);
}

void Outbox::pop(BufferPool& pool, size_t count) {
  head_ += count;
  if (empty()) clear(pool);
}

void Outbox::clear(BufferPool& pool) {
  pool.give_back(std::exchange(bytes_, std::string()));
  head_ = 0;
}

}  // namespace wharf::server

#include "server/outbox.h"

#include <array>
#include <utility>

namespace wharf::server {

void Outbox::append(BufferPool& pool, Opcode opcode, std::string_view payload) {
  std::array<uint8_t, max_frame_header> header{};
  const size_t size = write_frame_header(header.data(), opcode, payload.size());
  append(pool, {reinterpret_cast<const char*>(header.data()), size});
  append(pool, payload);
}

void Outbox::make_room(BufferPool& pool) {
  if (bytes_.capacity() == 0) bytes_ = pool.take();
  // What was written already makes room before the buffer grows, once there is enough of it to be worth the
  // move.
  if (head_ > bytes_.size() / 2) {
    bytes_.drop_front(head_);
    head_ = 0;
  }
}

void Outbox::pop(BufferPool& pool, size_t count) {
  head_ += count;
  if (empty()) clear(pool);
}

void Outbox::clear(BufferPool& pool) {
  pool.give_back(std::exchange(bytes_, Buffer()));
  head_ = 0;
}

}  // namespace wharf::server

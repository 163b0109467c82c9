#include "byte_queue.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <cstring>

namespace wharf_paramiko::ssh {

namespace {

constexpr size_t first_capacity = 256;  // a key and what SSH puts around it
constexpr size_t kept = 1 << 10;        // of an empty queue: most sessions are idle most of the time

}  // namespace

void ByteQueue::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (head_ + size_ + bytes.size() > capacity_) {
    const size_t needed = size_ + bytes.size();
    // Moving to the front pays only when there is much room there.
    if (needed <= capacity_ / 2) {
      std::memmove(bytes_.get(), bytes_.get() + head_, size_);
      explicit_bzero(bytes_.get() + size_, head_);  // the old place, as far as the new one does not cover it
    } else {
      const size_t capacity = std::max(2 * needed, first_capacity);
      auto larger = std::make_unique_for_overwrite<char[]>(capacity);
      std::copy_n(bytes_.get() + head_, size_, larger.get());
      if (bytes_) explicit_bzero(bytes_.get(), capacity_);
      bytes_ = std::move(larger);
      capacity_ = capacity;
    }
    head_ = 0;
  }
  std::copy(bytes.begin(), bytes.end(), bytes_.get() + head_ + size_);
  size_ += bytes.size();
}

void ByteQueue::pop(size_t size) {
  if (size == 0) return;
  explicit_bzero(bytes_.get() + head_, size);
  head_ += size;
  size_ -= size;
  if (size_ > 0) return;
  head_ = 0;
  if (capacity_ > kept) clear();
}

void ByteQueue::clear() {
  if (bytes_) explicit_bzero(bytes_.get(), capacity_);
  bytes_.reset();
  capacity_ = head_ = size_ = 0;
}

}  // namespace wharf_paramiko::ssh

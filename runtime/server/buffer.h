// Bytes that grow at the end. Unlike a std::string or std::vector, it hands out room that nobody has written
// zeros into, and its growth stays out of the way of a message that fits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace wharf::server {

class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer taken(std::move(other));
    swap(taken);
    return *this;
  }

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  char* data() { return bytes_.get(); }
  std::string_view view() const { return {bytes_.get(), size_}; }

  void reserve(size_t capacity) {
    if (capacity > capacity_) move_to(capacity);
  }
  // `count` bytes more, for the caller to write.
  char* extend(size_t count) {
    if (capacity_ - size_ < count) move_to(std::max(size_ + count, 2 * capacity_));
    return bytes_.get() + std::exchange(size_, size_ + count);
  }
  void append(std::string_view bytes) {
    char* room = extend(bytes.size());
    if (!bytes.empty()) std::memcpy(room, bytes.data(), bytes.size());
  }
  void drop_front(size_t count) {
    size_ -= count;
    std::memmove(bytes_.get(), bytes_.get() + count, size_);
  }
  void clear() { size_ = 0; }

 private:
  void swap(Buffer& other) {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  void move_to(size_t capacity);

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace wharf::server

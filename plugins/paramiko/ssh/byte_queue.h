// A queue of bytes that wipes what has left it: what was typed passes through here.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace wharf_paramiko::ssh {

class ByteQueue {
 public:
  ByteQueue() = default;
  ByteQueue(const ByteQueue&) = delete;
  ByteQueue& operator=(const ByteQueue&) = delete;
  ~ByteQueue() { clear(); }

  void append(std::string_view bytes);
  // All of it, in one piece; ends with the next change.
  std::string_view view() const { return {bytes_.get() + head_, size_}; }
  void pop(size_t size);
  // Gives the memory back, too.
  void clear();

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::unique_ptr<char[]> bytes_;
  size_t capacity_ = 0;
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace wharf_paramiko::ssh

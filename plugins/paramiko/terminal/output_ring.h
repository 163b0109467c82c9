// SPDX-License-Identifier: MIT
//
// The last bytes that a terminal has put out, each with its offset from the beginning of the session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace wharf_paramiko::terminal {

class OutputRing {
 public:
  // At most `capacity` bytes, 1 or more. Memory is taken as output comes, so an idle session is cheap.
  explicit OutputRing(size_t capacity);

  // [worker] The oldest bytes make room.
  void append(std::string_view bytes);

  size_t capacity() const { return capacity_; }
  uint64_t begin() const { return end_ - held_; }  // the offset of the oldest byte that is still here
  uint64_t end() const { return end_; }            // and of the one that comes next

  // [worker] At most `most` bytes from `offset` on, which is between begin() and end(). They lie in one
  // piece, so there may be fewer than there are: ask again behind them. Good until the next append.
  std::string_view from(uint64_t offset, size_t most) const;

 private:
  void grow(size_t needed);

  size_t capacity_;
  std::vector<char> bytes_;
  size_t head_ = 0;  // where the next byte goes
  size_t held_ = 0;
  uint64_t end_ = 0;
};

}  // namespace wharf_paramiko::terminal

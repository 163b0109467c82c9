// SPDX-License-Identifier: MIT
#include "terminal/output_ring.h"

#include <algorithm>
#include <cstring>

namespace wharf_paramiko::terminal {

namespace {

constexpr size_t first_size = 1 << 10;

}  // namespace

OutputRing::OutputRing(size_t capacity) : capacity_(std::max<size_t>(capacity, 1)) {}

// What is held then lies at the beginning.
void OutputRing::grow(size_t needed) {
  size_t size = std::max({needed, bytes_.size() * 2, first_size});
  std::vector<char> larger(std::min(size, capacity_));
  size_t copied = 0;
  while (copied < held_) {
    std::string_view piece = from(begin() + copied, held_ - copied);
    copied += piece.copy(larger.data() + copied, piece.size());
  }
  bytes_.swap(larger);
  head_ = held_ % bytes_.size();
}

void OutputRing::append(std::string_view bytes) {
  if (bytes.size() > capacity_) {
    size_t skipped = bytes.size() - capacity_;
    bytes.remove_prefix(skipped);
    end_ += skipped;
    held_ = 0;
  }
  if (bytes.empty()) return;
  if (size_t needed = std::min(held_ + bytes.size(), capacity_); needed > bytes_.size()) grow(needed);
  size_t first = std::min(bytes.size(), bytes_.size() - head_);
  std::memcpy(bytes_.data() + head_, bytes.data(), first);
  std::memcpy(bytes_.data(), bytes.data() + first, bytes.size() - first);
  head_ = (head_ + bytes.size()) % bytes_.size();
  held_ = std::min(held_ + bytes.size(), bytes_.size());
  end_ += bytes.size();
}

std::string_view OutputRing::from(uint64_t offset, size_t most) const {
  size_t back = static_cast<size_t>(end_ - offset);  // from the end
  if (back == 0) return {};
  size_t at = (head_ + bytes_.size() - back) % bytes_.size();
  return {bytes_.data() + at, std::min({back, most, bytes_.size() - at})};
}

}  // namespace wharf_paramiko::terminal

// SPDX-License-Identifier: MIT
#include "terminal/output_reader.h"

#include <algorithm>

namespace wharf_paramiko::terminal {

OutputReader::OutputReader(const OutputRing& ring, uint64_t window, uint64_t from)
    : ring_(&ring), window_(window), sent_(std::clamp(from, ring.begin(), ring.end())), acked_(sent_) {}

Chunk OutputReader::next(size_t most) {
  if (credit() == 0) return {sent_, 0, {}};
  if (sent_ < ring_->begin()) {
    uint64_t from = std::max(ring_->begin(), ring_->end() - std::min(ring_->end(), catch_up));
    lost_ += from - sent_;
    acked_ += from - sent_;  // what is on the way stays as much as it was
    sent_ = from;
  }
  return {sent_, lost_, ring_->from(sent_, static_cast<size_t>(std::min<uint64_t>(most, credit())))};
}

bool OutputReader::ack(uint64_t n) {
  if (n > sent_) return false;
  acked_ = std::max(acked_, n);
  return true;
}

uint64_t OutputReader::credit() const {
  uint64_t on_the_way = sent_ - acked_;
  return window_ > on_the_way ? window_ - on_the_way : 0;
}

size_t OutputReader::waiting() const {
  return static_cast<size_t>(ring_->end() - std::max(sent_, ring_->begin()));
}

OutputOwner::Attached OutputOwner::attach(uint64_t got, uint64_t window) {
  bool believable = got <= reader_.position();
  uint64_t wanted = believable ? got : 0;
  reader_ = OutputReader(ring_, window, wanted);
  attached_ = true;
  return {reader_.position(), !believable || reader_.position() != wanted};
}

size_t OutputOwner::room() const {
  uint64_t kept = ring_.end() - reader_.acknowledged();
  uint64_t bound = ring_.capacity();
  if (attached_) bound = std::min(bound, reader_.window());
  return kept < bound ? static_cast<size_t>(bound - kept) : 0;
}

}  // namespace wharf_paramiko::terminal

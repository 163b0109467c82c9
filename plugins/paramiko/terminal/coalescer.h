// SPDX-License-Identifier: MIT
//
// When output is sent: the first bytes after a silence at once, so that a key shows without delay; what
// follows closely, together, so that many small writes do not become as many frames.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace wharf_paramiko::terminal {

class Coalescer {
 public:
  using Clock = std::chrono::steady_clock;

  Coalescer(Clock::duration delay, size_t enough) : delay_(delay), enough_(enough) {}

  // [worker] How long `waiting` bytes, 1 or more, still have to wait. Zero: send now.
  Clock::duration wait(Clock::time_point now, size_t waiting) const {
    if (waiting >= enough_ || !last_ || now - *last_ >= delay_) return Clock::duration::zero();
    return delay_ - (now - *last_);
  }
  // [worker] Something was sent.
  void sent(Clock::time_point now) { last_ = now; }

 private:
  Clock::duration delay_;
  size_t enough_;
  std::optional<Clock::time_point> last_;
};

}  // namespace wharf_paramiko::terminal

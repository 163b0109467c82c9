// SPDX-License-Identifier: MIT
//
// A bucket of bytes that fills at a steady rate: the bound of plain mode, whose page cannot say that it is
// behind.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace wharf_paramiko::terminal {

class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // `per_second` bytes, at most `burst` of them at once; 0 per second: no limit. The bucket is full at first.
  RateLimit(uint64_t per_second, uint64_t burst)
      : per_second_(per_second), burst_(std::max<uint64_t>(burst, 1)), level_(static_cast<double>(burst_)) {}

  // [worker] How many bytes may go now. take() says how many of them went.
  uint64_t available(Clock::time_point now) {
    if (per_second_ == 0) return UINT64_MAX;
    refill(now);
    return static_cast<uint64_t>(level_);
  }
  void take(uint64_t bytes) { level_ = std::max(0.0, level_ - static_cast<double>(bytes)); }

  // [worker] Until `bytes`, at most a whole bucket, may go.
  Clock::duration wait(Clock::time_point now, uint64_t bytes) {
    if (per_second_ == 0) return Clock::duration::zero();
    refill(now);
    double missing = static_cast<double>(std::min(bytes, burst_)) - level_;
    if (missing <= 0) return Clock::duration::zero();
    std::chrono::duration<double> seconds(missing / static_cast<double>(per_second_));
    return std::chrono::ceil<Clock::duration>(seconds);
  }

 private:
  void refill(Clock::time_point now) {
    if (filled_ && now > *filled_) {
      std::chrono::duration<double> passed = now - *filled_;
      level_ =
          std::min(static_cast<double>(burst_), level_ + passed.count() * static_cast<double>(per_second_));
    }
    if (!filled_ || now > *filled_) filled_ = now;
  }

  uint64_t per_second_;
  uint64_t burst_;
  double level_;
  std::optional<Clock::time_point> filled_;
};

}  // namespace wharf_paramiko::terminal

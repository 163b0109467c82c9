// The scores of messages in a queue: the time of sending, and strictly rising, since Redis hands out messages
// of equal score in the order of their random bytes.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace wharf::layer::redis {

class Scores {
 public:
  // `clock` tells microseconds since 1970.
  explicit Scores(std::function<int64_t()> clock) : clock_(std::move(clock)) {}

  // Seconds with six decimals, more than the last answer even when the clock stands still or goes back. A
  // double, which is what Redis makes of it, tells microseconds apart until the year 2242.
  std::string next() {
    last_ = std::max(clock_(), last_ + 1);
    return fmt::format("{}.{:06}", last_ / 1'000'000, last_ % 1'000'000);
  }

 private:
  std::function<int64_t()> clock_;
  int64_t last_ = 0;
};

}  // namespace wharf::layer::redis

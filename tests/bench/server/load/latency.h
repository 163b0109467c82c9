// The time from a message to its echo, while little is said: one message after the other, at a steady rate
// and each by another connection, whether or not the one before has come back.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "checker.h"
#include "crowd.h"
#include "frames.h"
#include "stamp.h"
#include "work.h"

namespace load {

class Latency : public Work {
 public:
  explicit Latency(const Options& options);

  void warm_up() override;
  void run() override { talk(messages_); }
  [[nodiscard]] std::string result() const override;
  void close() override { crowd_.close(); }

 private:
  using Clock = std::chrono::steady_clock;

  void talk(std::size_t count);
  void heard(std::size_t number, std::string_view bytes);

  std::size_t messages_, warm_up_;
  std::chrono::nanoseconds pause_;
  Frames frames_;
  Stamps stamps_;
  Crowd crowd_;
  std::vector<Checker> checkers_;
  std::vector<Clock::time_point> said_at_;  // by connection
  std::size_t in_flight_ = 0;
  std::vector<std::chrono::nanoseconds> taken_;
};

}  // namespace load

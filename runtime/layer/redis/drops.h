// Events that were lost, by reason: each is counted, and the log hears of the first at once and of more at
// intervals, so that a flood of losses is not a flood of lines.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "telemetry/log.h"

namespace wharf::layer::redis {

enum class Reason : uint8_t {
  OverCapacity,     // the queue of another process holds `capacity` messages
  ConnectionLost,   // Redis went away before it answered
  Refused,          // Redis said no: out of memory, no permission
  NoRoom,           // a worker of this process has too many events waiting
  TooLarge,         // it could not wait anywhere
  Unreadable,       // what came is no event
  UnknownReceiver,  // what came is for nobody here
};

// [any-thread]
class Drops {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Drops(telemetry::Log& log, std::function<Clock::time_point()> clock = Clock::now)
      : log_(log), clock_(std::move(clock)) {}
  // Tells what was not told yet.
  ~Drops();
  Drops(const Drops&) = delete;
  Drops& operator=(const Drops&) = delete;

  // `what` says which, of several in a row the first: "group `a`: OOM command not allowed".
  void count(Reason reason, std::string_view what, uint64_t events = 1);
  // Tells what was not told yet and is due. To be called now and then.
  void tell();
  uint64_t total(Reason reason) const;
  uint64_t total() const;

 private:
  static constexpr size_t reasons = 7;
  struct Entry {
    uint64_t total = 0;
    uint64_t told = 0;
    std::string what;
    Clock::time_point last_told{};
  };

  void tell_if_due(size_t reason, Clock::time_point now);
  void tell(size_t reason, Clock::time_point now);

  telemetry::Log& log_;
  std::function<Clock::time_point()> clock_;
  mutable std::mutex mutex_;
  std::array<Entry, reasons> entries_;
};

}  // namespace wharf::layer::redis

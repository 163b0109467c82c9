#include "latency.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "failure.h"

namespace load {
namespace {

class Timer {
 public:
  explicit Timer(std::chrono::nanoseconds pause)
      : fd_(check(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd_create")) {
    const timespec interval{pause.count() / 1'000'000'000, pause.count() % 1'000'000'000};
    const itimerspec both{interval, interval};
    check(timerfd_settime(fd_, 0, &both, nullptr), "timerfd_settime");
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { close(fd_); }

  [[nodiscard]] int fd() const { return fd_; }
  // How often it has fired since it was last asked.
  [[nodiscard]] std::size_t fired() const {
    std::uint64_t count = 0;
    return read(fd_, &count, sizeof count) == sizeof count ? count : 0;
  }

 private:
  int fd_;
};

double microseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

Latency::Latency(const Options& options)
    : messages_(options.messages),
      warm_up_(options.warm_up),
      pause_(std::chrono::nanoseconds(std::chrono::seconds(1)) / options.rate),
      frames_(options.size, Answer::same),
      crowd_(options.target, options.connections),
      checkers_(crowd_.size(), Checker(0)),
      said_at_(crowd_.size()) {}

void Latency::warm_up() {
  talk(warm_up_);
  taken_.clear();
}

void Latency::talk(std::size_t count) {
  const Timer timer(pause_);
  Poll poll;
  poll.add(timer.fd(), 0);
  poll.add(crowd_.poll().fd(), 1);
  const Crowd::Heard hears = [this](std::size_t number, std::string_view bytes) { heard(number, bytes); };
  for (std::size_t said = 0; said < count || in_flight_ > 0;) {
    poll.wait();
    // Echoes first: they have been on their way for longer.
    crowd_.hear(frames_, hears, 0);
    for (std::size_t due = std::min(timer.fired(), count - said); due > 0; --due, ++said) {
      const std::size_t number = said % crowd_.size();
      if (said_at_[number] != Clock::time_point())
        throw Failure("too much for this server: an echo is still missing");
      said_at_[number] = Clock::now();
      ++in_flight_;
      crowd_.say(frames_, number, 1);
    }
  }
}

void Latency::heard(std::size_t number, std::string_view bytes) {
  if (checkers_[number].take(frames_, stamps_, bytes) == 0) return;
  taken_.push_back(Clock::now() - said_at_[number]);
  said_at_[number] = {};
  --in_flight_;
}

std::string Latency::result() const {
  auto ordered = taken_;
  std::sort(ordered.begin(), ordered.end());
  const auto at = [&ordered](double part) {
    const auto index = static_cast<std::size_t>(part * static_cast<double>(ordered.size()));
    return std::to_string(microseconds(ordered[std::min(index, ordered.size() - 1)]));
  };
  return ", \"p50\": " + at(0.5) + ", \"p99\": " + at(0.99) + ", \"p999\": " + at(0.999);
}

}  // namespace load

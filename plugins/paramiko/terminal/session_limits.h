// SPDX-License-Identifier: MIT
//
// How many sessions there may be, and how often somebody may try to log in. One object for all workers of a
// process: both classes are safe to be used by several threads.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace wharf_paramiko::terminal {

class SessionLimits {
  struct State;

 public:
  // 0: no limit.
  struct Caps {
    size_t total = 0;
    size_t per_address = 0;
    size_t per_user = 0;
  };
  enum class Full { Total, Address, User };

  explicit SessionLimits(Caps caps) : state_(std::make_shared<State>()) { state_->caps = caps; }

  // The place of one session; given back when it goes, even after the limits.
  class Place {
   public:
    Place(Place&&) noexcept = default;
    Place& operator=(Place&& other) noexcept;
    ~Place() { give_back(); }

   private:
    friend class SessionLimits;
    Place() = default;
    void give_back();

    std::shared_ptr<SessionLimits::State> state_;
    std::string user_;
    std::string address_;
  };

  // [any-thread] A place for a session of `user` from `address`, or the cap that is reached. The empty user
  // is a visitor without a name, the empty address a unix socket: neither is counted as one.
  tl::expected<Place, Full> enter(std::string_view user, std::string_view address);
  size_t total() const;

 private:
  struct State {
    mutable std::mutex mutex;
    Caps caps;
    size_t total = 0;
    std::unordered_map<std::string, size_t> of_user;
    std::unordered_map<std::string, size_t> of_address;
  };

  std::shared_ptr<State> state_;
};

// Attempts within the last minute, by who makes them: an address, or the name that is tried.
class AttemptLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // 0 per minute: no limit.
  explicit AttemptLimit(size_t per_minute) : per_minute_(per_minute) {}

  // [any-thread] Counts an attempt and answers zero, or counts none and says how long to wait.
  Clock::duration attempt(std::string_view who, Clock::time_point now);
  // How many are remembered; those whose last attempt is more than a minute old are forgotten.
  size_t remembered() const;

 private:
  static constexpr Clock::duration span = std::chrono::minutes(1);
  void forget(Clock::time_point now);

  mutable std::mutex mutex_;
  size_t per_minute_;
  std::unordered_map<std::string, std::deque<Clock::time_point>> attempts_;
  Clock::time_point swept_{};
};

}  // namespace wharf_paramiko::terminal

// SPDX-License-Identifier: MIT
//
// The tokens by which others may look at terminals. Each is good until its time is over, until it is
// withdrawn, or until its terminal ends.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "secret.h"

namespace wharf_paramiko::terminal {

struct Invitation {
  uint64_t number = 0;   // of all that there were, and no secret
  std::string terminal;  // its id
  bool writable = false;
};

// [any-thread] One object for all workers of a route.
class Invitations {
 public:
  using Clock = std::chrono::steady_clock;

  // Of one terminal. One more takes the place of the oldest, so that what an owner can fill has a bound.
  static constexpr size_t most = 32;

  // A new token. `ttl` 0: as long as the terminal.
  Secret invite(const std::string& terminal, bool writable, std::chrono::seconds ttl, Clock::time_point now);
  // What `token` is for; nothing when it is none, or no longer one. Does not tell by its time how much of a
  // token is right.
  std::optional<Invitation> find(std::string_view token, Clock::time_point now);

  void withdraw(uint64_t number);
  void withdraw_all(const std::string& terminal);

 private:
  struct Entry {
    Secret token;
    Invitation invitation;
    Clock::time_point until;
  };
  void forget(Clock::time_point now);

  std::mutex mutex_;
  std::deque<Entry> entries_;  // the oldest first
  uint64_t last_ = 0;
};

}  // namespace wharf_paramiko::terminal

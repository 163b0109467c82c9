// What is known of one Redis server: whether it can be used, and why not. Shared by the clients of that
// server, so that an outage is one line in the log, however many connections it ended.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/log.h"

namespace wharf::layer::redis {

class HostState {
 public:
  // `name` is for the log. `clients` have to be up before the server can be used.
  HostState(std::string name, unsigned clients, telemetry::Log& log);

  // [layer] A client is connected, or is so no more; a client that could not connect says so as well.
  void up();
  void down(const std::string& why, bool was_up);
  // [layer] Calls `then` whenever a client goes down.
  void when_down(std::function<void()> then) { when_down_.push_back(std::move(then)); }
  // [layer] A client has waited for an answer in vain: others may do so and not know it yet.
  void silent();
  // [layer] Calls `then` whenever a client was answered by silence.
  void when_silent(std::function<void()> then) { when_silent_.push_back(std::move(then)); }
  // [layer] It is there, and takes no events: for a moment nobody is to try, so that senders hear of it.
  void refuses();

  // [any-thread]
  bool usable() const { return usable_.load(std::memory_order_acquire) && !refusing(); }

 private:
  bool refusing() const;

  std::string name_;
  unsigned clients_;
  telemetry::Log& log_;
  unsigned connected_ = 0;
  std::vector<std::function<void()>> when_down_;
  std::vector<std::function<void()>> when_silent_;
  std::set<std::string> told_;  // why it is away, as far as the log has heard
  std::atomic<bool> usable_{false};
  std::atomic<std::chrono::steady_clock::rep> refuses_until_{0};  // 0: it does not
};

}  // namespace wharf::layer::redis

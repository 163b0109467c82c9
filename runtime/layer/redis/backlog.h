// Bytes of events that are on their way to Redis: bounded, so that a slow Redis is an answer to the sender
// and not a growing process.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

namespace wharf::layer::redis {

class Backlog {
 public:
  // Held by an event as long as it is on its way; the last copy gives its bytes back.
  using Ticket = std::shared_ptr<const void>;

  explicit Backlog(uint64_t most) : most_(most) {}

  // [any-thread] Null when there is no room.
  Ticket take(uint64_t bytes) {
    std::lock_guard lock(mutex_);
    if (bytes_ > 0 && bytes_ + bytes > most_) return nullptr;
    bytes_ += bytes;
    return Ticket(this, [bytes](const void* backlog) {
      static_cast<Backlog*>(const_cast<void*>(backlog))->give_back(bytes);
    });
  }

  // [any-thread] Waits until nothing is on its way. False: `most` has passed before.
  bool wait_until_empty(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    return empty_.wait_for(lock, most, [this] { return bytes_ == 0; });
  }

 private:
  void give_back(uint64_t bytes) {
    std::lock_guard lock(mutex_);
    bytes_ -= bytes;
    if (bytes_ == 0) empty_.notify_all();
  }

  const uint64_t most_;
  std::mutex mutex_;
  std::condition_variable empty_;
  uint64_t bytes_ = 0;
};

}  // namespace wharf::layer::redis

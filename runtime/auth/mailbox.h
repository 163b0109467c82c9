// Brings the answers of other threads home to a worker, as long as somebody there wants them.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "auth/authenticator.h"

namespace wharf::auth {

class Mailbox {
 public:
  explicit Mailbox(Post post) : post_(std::move(post)) {}

  // [any-thread]
  void bring(std::function<void()> task) {
    std::lock_guard lock(mutex_);
    if (post_) post_(std::move(task));
  }
  // [worker] The worker may end after this.
  void close() {
    std::lock_guard lock(mutex_);
    post_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Post post_;
};

}  // namespace wharf::auth

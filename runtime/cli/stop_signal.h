// Waits for the word to stop: SIGTERM or SIGINT.
#pragma once

#include <csignal>

namespace wharf::cli {

// Made before any thread is, so that every thread inherits the mask and the signals wait for wait().
class StopSignal {
 public:
  StopSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    // A peer that has gone is noticed by the result of the write.
    std::signal(SIGPIPE, SIG_IGN);
  }

  void wait() const {
    int which = 0;
    sigwait(&signals_, &which);
  }

  // From now on a second signal ends the process at once.
  void restore() const { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

 private:
  sigset_t signals_;
};

}  // namespace wharf::cli

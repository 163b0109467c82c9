// Accepts on one listening socket of one worker.
#pragma once

#include <uv.h>

#include <functional>
#include <memory>

#include "config/config.h"
#include "server/scope.h"
#include "telemetry/log.h"

namespace wharf::server {

// [worker]
class Acceptor {
 public:
  // `accepted` gets a non-blocking descriptor, which is then its own, and what the listener's entry says.
  using Accepted = std::function<void(int fd, Peer peer, const config::ListenAddress& address)>;

  // Owns `fd`.
  Acceptor(uv_loop_t* loop, int fd, config::ListenAddress address, telemetry::Log& log, Accepted accepted);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

 private:
  void accept_some();
  void rest();

  struct Handles {
    uv_poll_t poll;
    uv_timer_t retry;
    int open = 2;
    int fd = -1;
  };

  telemetry::Log& log_;
  config::ListenAddress address_;
  Accepted accepted_;
  Handles* handles_;  // outlive this object until both are closed
};

}  // namespace wharf::server

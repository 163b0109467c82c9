// A TCP connection that the far end makes for us (direct-tcpip), as a descriptor: one end of a pair of local
// sockets. Whoever has that end needs to know nothing of SSH, and may use it on another thread.
#pragma once

#include <libssh2.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "byte_queue.h"
#include "loop.h"
#include "transport.h"

namespace wharf_paramiko::ssh {

// [worker]
class Forward {
 public:
  // `refused` is told once if the far end does not connect. `wake` is called when pump() has something to do.
  Forward(Transport& transport, Loop& loop, std::string host, uint16_t port, int near_end,
          std::function<void(Error)> refused, std::function<void()> wake);
  ~Forward();
  Forward(const Forward&) = delete;
  Forward& operator=(const Forward&) = delete;

  // Moves bytes both ways. False when it is over: destroy it.
  Result<bool> pump();

 private:
  Result<bool> open();
  Result<bool> to_near();
  Result<bool> to_far();
  void arm();

  Transport& transport_;
  Loop& loop_;
  const std::string host_;
  const uint16_t port_;
  const std::function<void(Error)> refused_;
  Socket near_;
  ByteQueue to_far_;
  LIBSSH2_CHANNEL* channel_ = nullptr;
  bool near_ended_ = false;
  std::unique_ptr<Loop::Handle> watch_;
};

}  // namespace wharf_paramiko::ssh

// The socket under a session, with a buffer of our own for what the kernel does not take at once.
//
// libssh2 1.10 cannot cope with a send that would block: it forgets half-sent packets, and reading fails for
// want of a window adjustment. So sending always succeeds here, and whoever makes libssh2 send much looks at
// pending() first.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string_view>

#include "byte_queue.h"

namespace wharf_paramiko::ssh {

// One thread at a time, but for shut_down().
class Socket {
 public:
  static constexpr size_t enough = 64 << 10;  // pending() from which on nothing should be added

  // Owns the descriptor, which is connected and non-blocking.
  explicit Socket(int fd) : fd_(fd) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  // Of a TCP socket: small packets at once, and an end to dead peers.
  void set_options(std::chrono::milliseconds user_timeout, int send_buffer) const;

  void send(std::string_view bytes);
  // As much as the kernel takes.
  void flush();
  // Bytes, 0 at the end, or -errno.
  ssize_t receive(void* buffer, size_t size);

  int fd() const { return fd_; }
  size_t pending() const { return out_.size(); }
  // The errno of the first send or receive that failed, or 0.
  int error() const { return error_; }
  // Neither direction is of use any more.
  bool ended() const { return ended_ || error_ != 0; }
  // Whether the peer has closed, without taking anything that it has sent before.
  bool closed_by_peer() const;

  // [any-thread] Wakes whoever waits for the socket, and ends it.
  void shut_down() const;

 private:
  const int fd_;
  ByteQueue out_;
  int error_ = 0;
  bool ended_ = false;
};

}  // namespace wharf_paramiko::ssh

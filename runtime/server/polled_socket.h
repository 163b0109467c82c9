// A descriptor of ours on a worker's loop.
#pragma once

#include <uv.h>

#include <functional>

namespace wharf::server {

// [worker]
class PolledSocket {
 public:
  // From the loop: something that is watched for has happened (`events`, of uv_poll_event), or, with a
  // negative `status`, the socket is broken and nothing is watched for any more. May destroy the
  // PolledSocket.
  using Ready = std::function<void(int status, int events)>;

  // Owns `fd`.
  PolledSocket(uv_loop_t* loop, int fd, Ready ready);
  // Closes it, as soon as the loop has let go of it.
  ~PolledSocket();
  PolledSocket(const PolledSocket&) = delete;
  PolledSocket& operator=(const PolledSocket&) = delete;

  int fd() const { return handle_->fd; }
  // 0: for nothing.
  void watch(int events);

 private:
  struct Handle {
    uv_poll_t poll;
    int fd;
    Ready ready;
    int watched = 0;
  };
  Handle* handle_;  // outlives this object until it is closed
};

}  // namespace wharf::server

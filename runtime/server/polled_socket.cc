#include "server/polled_socket.h"

#include <unistd.h>

#include <utility>

namespace wharf::server {

PolledSocket::PolledSocket(uv_loop_t* loop, int fd, Ready ready)
    : handle_(new Handle{{}, fd, std::move(ready)}) {
  uv_poll_init_socket(loop, &handle_->poll, fd);
  handle_->poll.data = handle_;
}

PolledSocket::~PolledSocket() {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->poll), [](uv_handle_t* closed) {
    Handle* handle = static_cast<Handle*>(closed->data);
    close(handle->fd);
    delete handle;
  });
}

void PolledSocket::watch(int events) {
  if (events == handle_->watched) return;
  handle_->watched = events;
  if (events == 0) {
    uv_poll_stop(&handle_->poll);
    return;
  }
  uv_poll_start(&handle_->poll, events, [](uv_poll_t* poll, int status, int happened) {
    Handle* handle = static_cast<Handle*>(poll->data);
    if (status < 0) handle->watched = 0;  // libuv has stopped
    handle->ready(status, happened);
  });
}

}  // namespace wharf::server

#include "server/acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "config/network.h"

namespace wharf::server {

namespace {

// A turn of the loop takes a few and then serves those that are in.
constexpr int most_per_turn = 64;
constexpr uint64_t retry_milliseconds = 100;

Peer read_peer(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    const sockaddr_in& in = reinterpret_cast<const sockaddr_in&>(address);
    std::array<uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    return {config::IpAddress::v4(bytes).text(), ntohs(in.sin_port), false};
  }
  if (address.ss_family == AF_INET6) {
    const sockaddr_in6& in = reinterpret_cast<const sockaddr_in6&>(address);
    config::IpAddress ip;
    std::memcpy(ip.bytes.data(), &in.sin6_addr, ip.bytes.size());
    return {ip.text(), ntohs(in.sin6_port), false};
  }
  return {};
}

}  // namespace

Acceptor::Acceptor(uv_loop_t* loop, int fd, config::ListenAddress address, telemetry::Log& log,
                   Accepted accepted)
    : log_(log), address_(std::move(address)), accepted_(std::move(accepted)), handles_(new Handles) {
  handles_->fd = fd;
  uv_poll_init_socket(loop, &handles_->poll, fd);
  uv_timer_init(loop, &handles_->retry);
  handles_->poll.data = handles_->retry.data = this;
  uv_poll_start(&handles_->poll, UV_READABLE,
                [](uv_poll_t* poll, int, int) { static_cast<Acceptor*>(poll->data)->accept_some(); });
}

Acceptor::~Acceptor() {
  uv_close_cb closed = [](uv_handle_t* handle) {
    Handles* handles = static_cast<Handles*>(handle->data);
    if (--handles->open > 0) return;
    close(handles->fd);
    delete handles;
  };
  handles_->poll.data = handles_->retry.data = handles_;
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->poll), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->retry), closed);
}

void Acceptor::accept_some() {
  for (int i = 0; i < most_per_turn; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    int fd =
        accept4(handles_->fd, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      int on = 1;
      if (address.ss_family != AF_UNIX) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      accepted_(fd, read_peer(address), address_);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return rest();
    // Everything else concerns the one connection that is gone already (accept(2)).
  }
}

// No descriptor is left: the kernel would report the same socket in every turn. Those who wait, wait in the
// backlog.
void Acceptor::rest() {
  log_.warn("cannot accept connections: {}: raise the limit of open files (ulimit -n)", std::strerror(errno));
  uv_poll_stop(&handles_->poll);
  uv_timer_start(
      &handles_->retry,
      [](uv_timer_t* timer) {
        Acceptor* self = static_cast<Acceptor*>(timer->data);
        uv_poll_start(&self->handles_->poll, UV_READABLE,
                      [](uv_poll_t* poll, int, int) { static_cast<Acceptor*>(poll->data)->accept_some(); });
      },
      retry_milliseconds, 0);
}

}  // namespace wharf::server

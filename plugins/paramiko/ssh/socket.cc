#include "socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace wharf_paramiko::ssh {

Socket::~Socket() { close(fd_); }

void Socket::set_options(std::chrono::milliseconds user_timeout, int send_buffer) const {
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  const auto timeout = static_cast<unsigned>(user_timeout.count());
  if (timeout > 0) setsockopt(fd_, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
  if (send_buffer > 0) setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
}

void Socket::send(std::string_view bytes) {
  out_.append(bytes);
  flush();
}

void Socket::flush() {
  while (!out_.empty()) {
    const std::string_view bytes = out_.view();
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      out_.pop(static_cast<size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno != EINTR) {
      if (error_ == 0) error_ = errno;
      out_.clear();  // nobody will take it
    }
  }
}

ssize_t Socket::receive(void* buffer, size_t size) {
  for (;;) {
    const ssize_t received = recv(fd_, buffer, size, 0);
    if (received > 0) return received;
    if (received == 0) {
      ended_ = true;
      return 0;
    }
    if (errno == EINTR) continue;
    const int error = errno;
    if (error != EAGAIN && error_ == 0) error_ = error;
    return -error;
  }
}

bool Socket::closed_by_peer() const {
  char byte = 0;
  const ssize_t received = recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR);
}

void Socket::shut_down() const { shutdown(fd_, SHUT_RDWR); }

}  // namespace wharf_paramiko::ssh

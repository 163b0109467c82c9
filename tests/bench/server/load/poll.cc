#include "poll.h"

#include <unistd.h>

#include "failure.h"

namespace load {

Poll::Poll() : fd_(check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

Poll::~Poll() { close(fd_); }

std::span<const epoll_event> Poll::wait() {
  const auto events = wait_for(patience * 1000);
  if (events.empty()) throw Failure("nothing came for " + std::to_string(patience) + " s: a message is lost");
  return events;
}

std::span<const epoll_event> Poll::wait_for(int milliseconds) {
  int count = epoll_wait(fd_, events_.data(), static_cast<int>(events_.size()), milliseconds);
  if (count < 0 && errno == EINTR) count = 0;
  return {events_.data(), static_cast<std::size_t>(check(count, "epoll_wait"))};
}

void Poll::control(int operation, int fd, std::size_t number, bool writable) const {
  epoll_event event{};
  event.events = EPOLLIN | (writable ? static_cast<unsigned>(EPOLLOUT) : 0U);
  event.data.u64 = number;
  check(epoll_ctl(fd_, operation, fd, &event), "epoll_ctl");
}

}  // namespace load

// epoll over sockets that have numbers.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <span>

namespace load {

class Poll {
 public:
  Poll();
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;
  ~Poll();

  void add(int fd, std::size_t number, bool writable = false) {
    control(EPOLL_CTL_ADD, fd, number, writable);
  }
  [[nodiscard]] int fd() const { return fd_; }
  // Whether to be told of room to write as well.
  void change(int fd, std::size_t number, bool writable) { control(EPOLL_CTL_MOD, fd, number, writable); }

  // What has happened; `data.u64` is the number. Throws Failure when nothing happens for `patience` seconds.
  std::span<const epoll_event> wait();
  // The same, and nothing at all after so many milliseconds.
  std::span<const epoll_event> wait_for(int milliseconds);

  static constexpr int patience = 60;

 private:
  void control(int operation, int fd, std::size_t number, bool writable) const;

  int fd_;
  std::array<epoll_event, 512> events_{};
};

}  // namespace load

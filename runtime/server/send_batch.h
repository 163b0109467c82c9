// Sends to many sockets with one system call, by io_uring (io_uring(7)), where the kernel allows it.
//
// A group's message goes out on hundreds of sockets in one turn of the loop. What a send() costs beside TCP's
// own work is the way into the kernel and back, and finding the socket by its descriptor in a table that
// other threads may change. The ring takes many sends at a time, and knows the sockets that were registered
// with it.
//
// Every send is tried at once and never waits (MSG_DONTWAIT), so all results are there when submit() returns:
// the ring holds neither bytes nor sockets in between, other than the registered ones.
#pragma once

#include <liburing.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace wharf::server {

// [worker] All functions on the thread that called open().
class SendBatch {
 public:
  // A socket's place among the registered ones.
  using Place = int32_t;
  static constexpr Place no_place = -1;

  // Fewer are not worth it.
  static constexpr size_t least = 8;

  SendBatch() = default;
  ~SendBatch();
  SendBatch(const SendBatch&) = delete;
  SendBatch& operator=(const SendBatch&) = delete;

  // False: this kernel has no such ring, or somebody (seccomp, a sysctl) does not let this process have one.
  bool open();
  bool is_open() const { return open_; }

  // Registers the socket; no_place when the table is full, and then it can be sent to all the same.
  Place enter(int descriptor);
  // Before its descriptor is closed: nothing can be sent on the socket any more.
  void leave(Place place, int descriptor);

  bool full() const { return keys_.size() == most; }
  // `bytes` stay where they are until submit() returns. Not when full().
  void add(uint64_t key, int descriptor, Place place, std::string_view bytes);
  // Sends what was added. Each result is the number of bytes that were taken, or a negative errno.
  void submit(const std::function<void(uint64_t key, int result)>& done);

 private:
  static constexpr unsigned most = 64;

  void take_results();
  void close();

  io_uring ring_{};
  bool open_ = false;
  std::vector<uint64_t> keys_;  // of what was added
  std::vector<int> results_;
  std::vector<Place> free_;
  Place used_ = 0;    // places that ever were taken
  Place places_ = 0;  // that there are
};

}  // namespace wharf::server

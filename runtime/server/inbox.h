// Where other threads leave work for a worker: a queue and a wake-up. The only place where threads meet.
#pragma once

#include <wharf/consumer.h>

#include <uv.h>

#include <functional>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "layer/event.h"

namespace wharf::server {

struct GroupDelivery {
  std::string group;
  layer::EventPtr event;
};

struct ConnectionDelivery {
  wharf_connection connection;
  layer::EventPtr event;
};

using Errand = std::variant<std::function<void()>, GroupDelivery, ConnectionDelivery>;

class Inbox {
 public:
  // `capacity`: bytes of events that may wait.
  Inbox(uv_loop_t* loop, uint64_t capacity);
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // [any-thread] In the order of the calls. False, and nothing is queued, after close().
  bool post(std::function<void()> task);
  // [any-thread] The same, and false when the events that wait would exceed the capacity.
  bool post(GroupDelivery delivery);
  bool post(ConnectionDelivery delivery);

  // [worker] From now on so many bytes of events may wait.
  void set_capacity(uint64_t capacity);
  // [worker] What has come so far; `into` is emptied first.
  void take(std::vector<Errand>& into);
  // [worker] Makes the loop turn once more if something has come, or `more` is to be done.
  void wake_if_waiting(bool more);
  // [worker] Refuses everything from now on; what waits is destroyed unrun.
  void close();

 private:
  bool push(Errand errand, uint64_t bytes);

  uv_async_t* wake_;
  uint64_t capacity_;
  std::mutex mutex_;
  std::vector<Errand> errands_;
  uint64_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace wharf::server

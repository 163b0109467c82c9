#include "server/inbox.h"

#include <utility>

namespace wharf::server {

Inbox::Inbox(uv_loop_t* loop, uint64_t capacity) : wake_(new uv_async_t), capacity_(capacity) {
  // The work itself is done in the worker's turn; waking is all there is to do here.
  uv_async_init(loop, wake_, [](uv_async_t*) {});
}

Inbox::~Inbox() {
  uv_close(reinterpret_cast<uv_handle_t*>(wake_),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
}

bool Inbox::push(Errand errand, uint64_t bytes) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  if (bytes > 0 && bytes_ > 0 && bytes_ + bytes > capacity_) return false;
  bytes_ += bytes;
  errands_.push_back(std::move(errand));
  if (errands_.size() == 1) uv_async_send(wake_);
  return true;
}

bool Inbox::post(std::function<void()> task) { return push(std::move(task), 0); }

bool Inbox::post(GroupDelivery delivery) {
  uint64_t bytes = delivery.event->bytes_held() + delivery.group.size();
  return push(std::move(delivery), bytes);
}

bool Inbox::post(ConnectionDelivery delivery) {
  uint64_t bytes = delivery.event->bytes_held();
  return push(std::move(delivery), bytes);
}

void Inbox::set_capacity(uint64_t capacity) {
  std::lock_guard lock(mutex_);
  capacity_ = capacity;
}

void Inbox::take(std::vector<Errand>& into) {
  into.clear();
  std::lock_guard lock(mutex_);
  std::swap(into, errands_);
  bytes_ = 0;
}

void Inbox::wake_if_waiting(bool more) {
  std::lock_guard lock(mutex_);
  if (more || !errands_.empty()) uv_async_send(wake_);
}

void Inbox::close() {
  std::vector<Errand> unrun;
  std::lock_guard lock(mutex_);
  closed_ = true;
  std::swap(unrun, errands_);
  bytes_ = 0;
}

}  // namespace wharf::server

// A worker without connections: a real loop, on the thread of the test, and a record of what consumers asked
// for.
#pragma once

#include <uv.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "plugin/lone_services.h"

namespace wharf::plugin {

class FakeServices : public LoneServices {
 public:
  FakeServices() {
    uv_async_init(loop(), &wake_,
                  [](uv_async_t* wake) { static_cast<FakeServices*>(wake->data)->run_tasks(); });
    wake_.data = this;
  }
  ~FakeServices() override { uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr); }

  // Turns the loop until `done`, or until the deadline: then false.
  bool run_until(const std::function<bool()>& done,
                 std::chrono::milliseconds deadline = std::chrono::seconds(20)) {
    bool late = false;
    uv_timer_t alarm;
    uv_timer_init(loop(), &alarm);
    alarm.data = &late;
    uv_update_time(loop());
    // It goes on ringing: a turn whose first act is the last ring would wait for the next event for ever.
    constexpr uint64_t again = 10;
    uv_timer_start(
        &alarm, [](uv_timer_t* timer) { *static_cast<bool*>(timer->data) = true; },
        static_cast<uint64_t>(deadline.count()), again);
    while (!done() && !late) uv_run(loop(), UV_RUN_ONCE);
    const bool result = done();
    bool gone = false;
    alarm.data = &gone;
    uv_close(reinterpret_cast<uv_handle_t*>(&alarm),
             [](uv_handle_t* handle) { *static_cast<bool*>(handle->data) = true; });
    while (!gone) uv_run(loop(), UV_RUN_NOWAIT);
    return result;
  }

  bool post(std::function<void()> task) override {
    std::lock_guard lock(mutex_);
    if (ended) return false;
    tasks_.push_back(std::move(task));
    uv_async_send(&wake_);
    return true;
  }

  wharf_result send(wharf_connection, wharf_kind, std::string_view message) override {
    sent.emplace_back(message);
    return WHARF_OK;
  }
  wharf_result close(wharf_connection, uint32_t code, std::string_view reason) override {
    closed.emplace_back(code, reason);
    return WHARF_OK;
  }
  wharf_result group_add(wharf_connection, std::string_view group) override {
    if (group == "no memory") throw std::bad_alloc();
    groups.emplace_back(group);
    return WHARF_OK;
  }
  std::string channel_name(wharf_connection) override { return "specific.0123456789"; }
  std::string describe(wharf_connection) const override { return "worker 0"; }

  bool ended = false;
  std::vector<std::string> sent;
  std::vector<std::pair<uint32_t, std::string>> closed;
  std::vector<std::string> groups;

 private:
  void run_tasks() {
    std::vector<std::function<void()>> tasks;
    {
      std::lock_guard lock(mutex_);
      std::swap(tasks, tasks_);
    }
    for (const std::function<void()>& task : tasks) task();
  }

  uv_async_t wake_{};
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
};

}  // namespace wharf::plugin

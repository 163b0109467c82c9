// The services of a worker that has no connection and no channel layer: what a consumer meets when it is only
// tried.
#pragma once

#include "plugin/worker_services.h"

namespace wharf::plugin {

// Bound to the thread that makes it. The loop is real but never run, so watches and timers can be made.
class LoneServices : public WorkerServices {
 public:
  LoneServices() { uv_loop_init(&loop_); }
  // Handles that a consumer left behind are closed first.
  ~LoneServices() override {
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }

  wharf_result accept(wharf_connection) override { return WHARF_GONE; }
  wharf_result reject(wharf_connection, uint32_t, std::string_view) override { return WHARF_GONE; }
  wharf_result send(wharf_connection, wharf_kind, std::string_view) override { return WHARF_GONE; }
  wharf_result close(wharf_connection, uint32_t, std::string_view) override { return WHARF_GONE; }
  uint64_t buffered(wharf_connection) override { return 0; }
  wharf_result group_add(wharf_connection, std::string_view) override { return WHARF_GONE; }
  wharf_result group_discard(wharf_connection, std::string_view) override { return WHARF_GONE; }
  wharf_result group_send(std::string_view, std::string_view, std::span<const wharf_field>) override {
    return WHARF_UNAVAILABLE;
  }
  wharf_result group_send_msgpack(std::string_view, std::string_view) override { return WHARF_UNAVAILABLE; }
  wharf_result channel_send(std::string_view, std::string_view, std::span<const wharf_field>) override {
    return WHARF_UNAVAILABLE;
  }
  wharf_result channel_send_msgpack(std::string_view, std::string_view) override { return WHARF_UNAVAILABLE; }
  std::string channel_name(wharf_connection) override { return {}; }
  wharf_result pause(wharf_connection, bool) override { return WHARF_GONE; }
  // There is no later turn. An instance runs what waits when it ends.
  bool post(std::function<void()>) override { return true; }
  bool on_worker_thread() const override { return true; }
  uv_loop_t* loop() override { return &loop_; }
  std::string describe(wharf_connection) const override { return "probe"; }

 private:
  uv_loop_t loop_{};
};

}  // namespace wharf::plugin

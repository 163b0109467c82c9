// What the plugin room needs of a worker and its connections: the seam between the ABI and the server.
// server/ implements it, one object per worker; unit tests substitute it.
#pragma once

#include <wharf/consumer.h>

#include <uv.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace wharf::plugin {

// [any-thread] unless marked. None of these runs a callback of a plugin before it returns. The contracts of
// the connection functions are those of the equally named members of wharf_host.
class WorkerServices {
 public:
  virtual ~WorkerServices() = default;

  virtual wharf_result accept(wharf_connection connection) = 0;
  virtual wharf_result reject(wharf_connection connection, uint32_t http_status, std::string_view why) = 0;
  virtual wharf_result send(wharf_connection connection, wharf_kind kind, std::string_view message) = 0;
  virtual wharf_result close(wharf_connection connection, uint32_t code, std::string_view reason) = 0;
  virtual uint64_t buffered(wharf_connection connection) = 0;
  virtual wharf_result group_add(wharf_connection connection, std::string_view group) = 0;
  virtual wharf_result group_discard(wharf_connection connection, std::string_view group) = 0;
  virtual wharf_result group_send(std::string_view group, std::string_view type,
                                  std::span<const wharf_field> fields) = 0;
  virtual wharf_result group_send_msgpack(std::string_view group, std::string_view msgpack) = 0;
  virtual wharf_result channel_send(std::string_view channel, std::string_view type,
                                    std::span<const wharf_field> fields) = 0;
  virtual wharf_result channel_send_msgpack(std::string_view channel, std::string_view msgpack) = 0;
  virtual std::string channel_name(wharf_connection connection) = 0;
  // Stops or resumes reading from the peer. [worker]
  virtual wharf_result pause(wharf_connection connection, bool paused) = 0;

  // Runs `task` on this worker's thread in a later turn of its loop, in the order of the calls. False when
  // the worker has ended: the task is destroyed unrun.
  virtual bool post(std::function<void()> task) = 0;
  // [worker, outside of every callback of a plugin] Does now what others have queued so far, so that what a
  // thread sent before its job ended arrives before the job's end.
  virtual void catch_up() {}
  virtual bool on_worker_thread() const = 0;
  // [worker] The loop of this worker, for watches, timers and pool jobs.
  virtual uv_loop_t* loop() = 0;
  // For the log: "worker 0" and, when the connection lives, its peer.
  virtual std::string describe(wharf_connection connection) const = 0;
};

}  // namespace wharf::plugin

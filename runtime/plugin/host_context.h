// What stands behind the host table of one instance. It outlives the instance while a job of the pool still
// runs, since a job may call the host; from the end of the instance on, every call answers WHARF_GONE.
#pragma once

#include <wharf/consumer.h>

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>

#include "plugin/generation.h"
#include "plugin/io_handles.h"
#include "plugin/jobs.h"
#include "plugin/posts.h"
#include "plugin/refusal.h"
#include "plugin/worker_services.h"
#include "telemetry/log.h"

namespace wharf::plugin {

class HostContext : public wharf_host, public std::enable_shared_from_this<HostContext> {
 public:
  // [worker] `services` outlives end().
  HostContext(std::shared_ptr<const Generation> generation, std::string json, WorkerServices& services,
              std::shared_ptr<telemetry::Log> logger);
  HostContext(const HostContext&) = delete;
  HostContext& operator=(const HostContext&) = delete;

  // The context of the table that a plugin passed.
  static HostContext& of(const wharf_host* host) {
    return *static_cast<HostContext*>(const_cast<wharf_host*>(host));
  }

  // --- [any-thread]
  const Generation& generation() const { return *generation_; }
  std::shared_ptr<const Generation> shared_generation() const { return generation_; }
  bool on_worker() const { return worker_ == std::this_thread::get_id(); }
  // One line: the consumer, the worker, the peer when it is known, the text.
  void write_log(spdlog::level::level_enum level, wharf_connection connection, std::string_view text);
  // The same for an argument that can never be right.
  wharf_result invalid(const char* function, wharf_connection connection, std::string_view why);

  // --- [worker]
  void* instance = nullptr;              // what `create` returned
  bool creating = false;                 // during `create`
  std::optional<CreateRefusal> refusal;  // what it said to fail(), the first of several

  // After `destroy`: from its return on, no call reaches the services.
  void end();

  Posts posts;
  IoHandles io;
  Jobs jobs;

 private:
  friend class Services;

  std::shared_ptr<const Generation> generation_;
  std::string config_;
  std::shared_ptr<telemetry::Log> log_;
  std::thread::id worker_;
  // The worker itself reads `services_` without the lock: it is the only one that writes it.
  std::shared_mutex ending_;
  WorkerServices* services_;
};

// The services for the length of one host call, or none when the instance has ended. [any-thread]
class Services {
 public:
  explicit Services(HostContext& context) : lock_(context.ending_, std::defer_lock) {
    if (!context.on_worker()) lock_.lock();
    services_ = context.services_;
  }
  explicit operator bool() const { return services_ != nullptr; }
  WorkerServices* operator->() const { return services_; }

 private:
  std::shared_lock<std::shared_mutex> lock_;
  WorkerServices* services_;
};

}  // namespace wharf::plugin

// One consumer instance: one route on one worker. Owns the host table that the plugin sees, and a reference
// to the generation whose code it runs, so that nothing can call into code that is gone.
#pragma once

#include <wharf/ext/migrate.h>

#include <tl/expected.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/crash_report.h"
#include "plugin/generation.h"
#include "plugin/refusal.h"
#include "plugin/worker_services.h"
#include "telemetry/log.h"

namespace wharf::plugin {

class HostContext;

// All functions are [worker]. Callbacks are C code: an exception that leaves one ends the process.
class Instance {
 public:
  // `services` outlives the instance. `config` is the route's config as JSON text.
  static tl::expected<std::unique_ptr<Instance>, CreateRefusal> create(
      std::shared_ptr<const Generation> generation, std::string config, WorkerServices& services,
      std::shared_ptr<telemetry::Log> log);

  // Runs what was posted, then `destroy`; then cancels the watches and timers that it left over, and lets
  // jobs end in `drop`: those that run, in a later turn of the loop.
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const Generation& generation() const { return generation_; }
  std::shared_ptr<const Generation> shared_generation() const;
  bool has_drain() const { return consumer_.drain != nullptr; }

  // "wharf.migrate/1": whether this instance can give connections away and take them over.
  bool migrates() const { return migrate_ != nullptr; }
  // What the next instance has to know of a connection; nothing when this one keeps it.
  std::optional<std::string> export_state(wharf_connection connection, void* state) noexcept;
  // False: it does not take the connection over.
  bool import_state(wharf_connection connection, std::string_view bytes, void** state) noexcept;
  // The connection has been taken over by another instance.
  void release(wharf_connection connection, void* state) noexcept;

  wharf_decision connect(wharf_connection connection, const wharf_scope& scope, void** state) noexcept;
  void receive(wharf_connection connection, void* state, wharf_kind kind, std::string_view message) noexcept;
  void event(wharf_connection connection, void* state, const wharf_event& event) noexcept {
    if (consumer_.event == nullptr) return;
    call_plugin(generation(), "event", consumer_.event, instance_, connection, state, &event);
  }
  void drain(wharf_connection connection, void* state) noexcept;
  void disconnect(wharf_connection connection, void* state, uint32_t code, std::string_view reason) noexcept;

 private:
  explicit Instance(std::shared_ptr<HostContext> context);

  std::shared_ptr<HostContext> context_;
  const Generation& generation_;
  const wharf_consumer& consumer_;
  void* const instance_;          // what `create` returned
  const wharf_migrate* migrate_;  // null: it does not
};

}  // namespace wharf::plugin

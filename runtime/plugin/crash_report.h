// Names the consumer in whose code the process died: one line on stderr, before the signal does what it
// always does.
#pragma once

#include <atomic>

#include "plugin/generation.h"

namespace wharf::plugin {

// Marks this thread as being in a callback of a plugin, for as long as it lives. Scopes nest. [any-thread]
class CallbackScope {
 public:
  // Both outlive the scope.
  CallbackScope(const Origin& plugin, const char* callback) noexcept
      : plugin_(plugin), callback_(callback), outer_(innermost_.load(std::memory_order_relaxed)) {
    innermost_.store(this, std::memory_order_relaxed);
  }
  ~CallbackScope() { innermost_.store(outer_, std::memory_order_relaxed); }
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

  const Origin& plugin() const { return plugin_; }
  const char* callback() const { return callback_; }
  // Async-signal-safe. Of this thread; null outside of any plugin.
  static const CallbackScope* innermost() { return innermost_.load(std::memory_order_relaxed); }

 private:
  // Per thread, since a signal handler is given nothing else to find it by. Atomic only for the handler's
  // sake.
  static inline constinit thread_local std::atomic<const CallbackScope*> innermost_{nullptr};

  const Origin& plugin_;
  const char* callback_;
  const CallbackScope* outer_;
};

// Calls into a plugin. An exception that leaves the callback ends the process, as a crash of that callback.
template <class Callback, class... Arguments>
auto call_plugin(const Generation& generation, const char* name, Callback callback,
                 Arguments... arguments) noexcept {
  CallbackScope scope(generation.origin(), name);
  return callback(arguments...);
}

// [loader] Reports crashes of this process from now on. Does nothing under a sanitizer, which reports better.
void install_crash_report();

// [any-thread] Gives this thread a signal stack of its own, so that a stack overflow is reported too. Calling
// it twice is once; the stack goes with the thread.
void prepare_thread_for_crash_report();

}  // namespace wharf::plugin

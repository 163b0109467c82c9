// Names the consumer in whose code the process died: one line on stderr, before the signal does what it
// always does.
#pragma once

#include "plugin/generation.h"

namespace wharf::plugin {

// Marks this thread as being in a callback of a plugin, for as long as it lives. Scopes nest. [any-thread]
class CallbackScope {
 public:
  // Both outlive the scope.
  CallbackScope(const Origin& plugin, const char* callback) noexcept;
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

  const Origin& plugin() const { return plugin_; }
  const char* callback() const { return callback_; }

 private:
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

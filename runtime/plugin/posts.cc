#include "plugin/posts.h"

#include "plugin/crash_report.h"
#include "plugin/host_context.h"

namespace wharf::plugin {

wharf_result Posts::push(HostContext& context, Run run, void* argument) {
  Services services(context);
  if (!services) return WHARF_GONE;
  // Held until the worker has the errand, so that its order and that of the tasks are one.
  std::lock_guard lock(mutex_);
  if (closed_) return WHARF_GONE;
  waiting_.push_back({run, argument});
  if (services->post([owner = context.shared_from_this()] { owner->posts.run_next(*owner); }))
    return WHARF_OK;
  waiting_.pop_back();
  return WHARF_GONE;
}

void Posts::close_and_run(HostContext& context) {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  while (run_next(context)) continue;
}

void Posts::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.clear();
}

bool Posts::run_next(HostContext& context) {
  Task task{};
  {
    std::lock_guard lock(mutex_);
    if (waiting_.empty()) return false;
    task = waiting_.front();
    waiting_.pop_front();
  }
  call_plugin(context.generation(), "post", task.run, context.instance, task.argument);
  return true;
}

}  // namespace wharf::plugin

#include "plugin/jobs.h"

#include <uv.h>

#include <utility>

#include "plugin/crash_report.h"
#include "plugin/host_context.h"

namespace wharf::plugin {

// Owns the context: `run` may call the host when the instance has long ended.
struct Jobs::Job {
  static void run(uv_work_t* work) {
    Job& self = *static_cast<Job*>(work->data);
    prepare_thread_for_crash_report();
    call_plugin(self.owner->generation(), "wharf.pool run", self.what.run, self.what.context);
  }

  // On the loop; of a cancelled job, too.
  static void ended(uv_work_t* work, int) {
    Job* self = static_cast<Job*>(work->data);
    const std::shared_ptr<HostContext> owner = self->owner;
    if (const Services services(*owner); services) services->catch_up();
    owner->jobs.finish(self);
  }

  void done() {
    call_plugin(owner->generation(), "wharf.pool done", what.done, owner->instance, what.context);
  }
  void drop() {
    if (what.drop != nullptr) call_plugin(owner->generation(), "wharf.pool drop", what.drop, what.context);
  }

  std::shared_ptr<HostContext> owner;
  wharf_job what{};
  uv_work_t work{};
};

Jobs::Jobs() = default;
Jobs::~Jobs() = default;

wharf_result Jobs::submit(HostContext& owner, const wharf_job& what) {
  auto job = std::make_unique<Job>();
  job->owner = owner.shared_from_this();
  job->what = what;
  Services services(owner);
  if (!services) return WHARF_GONE;
  std::unique_lock lock(mutex_);
  if (closed_) return WHARF_GONE;
  if (count_ == most) return WHARF_FULL;
  if (owner.on_worker()) {
    ++count_;
    lock.unlock();
    start(owner, std::move(job));
    return WHARF_OK;
  }
  submitted_.push_back(std::move(job));
  if (!services->post([context = owner.shared_from_this()] { context->jobs.start_next(*context); })) {
    submitted_.pop_back();
    return WHARF_GONE;
  }
  ++count_;
  return WHARF_OK;
}

void Jobs::start_next(HostContext& owner) {
  std::unique_ptr<Job> job;
  {
    std::lock_guard lock(mutex_);
    if (submitted_.empty()) return;  // dropped in the meantime
    job = std::move(submitted_.front());
    submitted_.pop_front();
  }
  start(owner, std::move(job));
}

void Jobs::start(HostContext& owner, std::unique_ptr<Job> job) {
  job->work.data = job.get();
  started_.insert(job.get());
  uv_queue_work(Services(owner)->loop(), &job->work, Job::run, Job::ended);
  static_cast<void>(job.release());  // the loop's until it has ended
}

void Jobs::finish(Job* ended) {
  const std::unique_ptr<Job> job(ended);
  started_.erase(ended);
  bool dropped;
  {
    std::lock_guard lock(mutex_);
    --count_;
    dropped = closed_;
  }
  dropped ? job->drop() : job->done();
}

void Jobs::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

void Jobs::drop_all() {
  std::deque<std::unique_ptr<Job>> never_started;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    std::swap(never_started, submitted_);
    count_ -= never_started.size();
  }
  for (const std::unique_ptr<Job>& job : never_started) job->drop();
  for (Job* job : started_) uv_cancel(reinterpret_cast<uv_req_t*>(&job->work));
}

}  // namespace wharf::plugin

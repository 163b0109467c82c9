// The blocking work that one instance has given to the process-wide pool, which is libuv's.
#pragma once

#include <wharf/ext/pool.h>

#include <deque>
#include <memory>
#include <mutex>
#include <unordered_set>

namespace wharf::plugin {

class HostContext;

// A job that was taken ends in exactly one of `done` and `drop`.
class Jobs {
 public:
  static constexpr size_t most = 1024;  // that have not ended, per instance

  Jobs();
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // [any-thread] WHARF_GONE once closed, WHARF_FULL when `most` are there: then nothing of `what` is called.
  wharf_result submit(HostContext& owner, const wharf_job& what);
  // [worker] `destroy` begins: no more are taken.
  void close();
  // [worker] `destroy` has returned: jobs that have not begun end in `drop` without having run, those that
  // run end in `drop` when they have.
  void drop_all();

 private:
  struct Job;

  void start(HostContext& owner, std::unique_ptr<Job> job);
  void start_next(HostContext& owner);
  void finish(Job* job);

  std::mutex mutex_;
  bool closed_ = false;
  size_t count_ = 0;                            // not ended
  std::deque<std::unique_ptr<Job>> submitted_;  // by other threads, on their way to the worker
  std::unordered_set<Job*> started_;            // [worker] in the pool's queue or running
};

}  // namespace wharf::plugin

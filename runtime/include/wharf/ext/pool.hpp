// SPDX-License-Identifier: MIT
//
// wharf/ext/pool.hpp - blocking work of a consumer, away from its worker.
//
//   wharf::run_in_pool(*this, [name] { return look_up(name); },            // [pool]
//                             [this](Address found) { connect_to(found); });  // [worker]
#ifndef WHARF_EXT_POOL_HPP
#define WHARF_EXT_POOL_HPP

#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "../consumer.hpp"
#include "pool.h"

namespace wharf {

namespace detail {

template <class Result, class Done>
struct PoolJob {
  std::packaged_task<Result()> work;
  Done done;

  static void run(void* context) noexcept { static_cast<PoolJob*>(context)->work(); }
  static void finish(void*, void* context) noexcept {
    const std::unique_ptr<PoolJob> job(static_cast<PoolJob*>(context));
    job->done(job->work.get_future());
  }
  static void drop(void* context) noexcept { delete static_cast<PoolJob*>(context); }
};

}  // namespace detail

// [worker] Runs `work` on a thread of the pool, and gives its result to `done` on this worker. `work` must
// not touch the consumer: it captures copies. When the consumer is gone by then, `done` is not called. An
// exception out of either ends the connection with 1011. Anything but WHARF_OK: neither runs.
template <class Work, class Done>
wharf_result run_in_pool(Consumer& owner, Work work, Done done) {
  using Result = std::invoke_result_t<Work>;
  auto finish = owner.guarded([done = std::move(done)](std::future<Result> result) mutable {
    if constexpr (std::is_void_v<Result>) {
      result.get();
      done();
    } else {
      done(result.get());
    }
  });
  using Job = detail::PoolJob<Result, decltype(finish)>;
  std::unique_ptr<Job> job(new Job{std::packaged_task<Result()>(std::move(work)), std::move(finish)});
  const Host& host = owner.host();
  const wharf_job description = {sizeof(wharf_job), 0, job.get(), Job::run, Job::finish, Job::drop};
  const wharf_result result = host.extension<wharf_pool>(WHARF_POOL).submit(host.table(), &description);
  if (result == WHARF_OK) static_cast<void>(job.release());  // it is the pool's now
  return result;
}

}  // namespace wharf

#endif  // WHARF_EXT_POOL_HPP

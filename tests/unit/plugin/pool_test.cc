#include <wharf/ext/pool.h>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <future>
#include <thread>

#include "borrowed_host.h"
#include "plugin/jobs.h"

namespace wharf::plugin {

namespace {

// A job that counts what becomes of it. It waits for `gate` when it has one.
struct Counted {
  std::shared_future<void> gate;
  std::atomic<int> run{0};
  std::atomic<int> done{0};
  std::atomic<int> dropped{0};
  std::atomic<std::thread::id> run_thread;
  std::thread::id end_thread;

  wharf_job job() {
    return {sizeof(wharf_job),
            0,
            this,
            [](void* context) {
              Counted& self = *static_cast<Counted*>(context);
              self.run_thread = std::this_thread::get_id();
              if (self.gate.valid()) self.gate.wait();
              ++self.run;
            },
            [](void*, void* context) {
              Counted& self = *static_cast<Counted*>(context);
              self.end_thread = std::this_thread::get_id();
              ++self.done;
            },
            [](void* context) {
              Counted& self = *static_cast<Counted*>(context);
              self.end_thread = std::this_thread::get_id();
              ++self.dropped;
            }};
  }
  int ended() const { return done + dropped; }
};

struct Pool : BorrowedHost {
  const wharf_pool& pool = *extension<wharf_pool>(WHARF_POOL);
  wharf_result submit(Counted& counted) {
    const wharf_job job = counted.job();
    return pool.submit(host, &job);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Pool, "a job runs elsewhere and is done on the worker") {
  Counted job;
  CHECK(submit(job) == WHARF_OK);
  CHECK(services.run_until([&] { return job.ended() == 1; }));
  CHECK(job.run == 1);
  CHECK(job.done == 1);
  CHECK(job.run_thread.load() != std::this_thread::get_id());
  CHECK(job.end_thread == std::this_thread::get_id());
}

TEST_CASE_FIXTURE(Pool, "a job may come from any thread") {
  Counted job;
  std::thread([&] { CHECK(submit(job) == WHARF_OK); }).join();
  CHECK(services.run_until([&] { return job.ended() == 1; }));
  CHECK(job.done == 1);
  CHECK(job.end_thread == std::this_thread::get_id());
}

TEST_CASE_FIXTURE(Pool, "a job may submit the next, and use the host while it runs") {
  struct Chain {
    Pool* pool;
    Counted second;
    wharf_result posted = WHARF_INVALID;
    wharf_result submitted = WHARF_INVALID;
  } chain{this, {}};
  const wharf_job first = {sizeof(wharf_job),
                           0,
                           &chain,
                           [](void* context) {
                             Chain& self = *static_cast<Chain*>(context);
                             const wharf_host* table = self.pool->host;
                             self.posted = table->post(
                                 table, [](void*, void*) {}, nullptr);
                             self.submitted = self.pool->submit(self.second);
                           },
                           [](void*, void*) {},
                           nullptr};
  CHECK(pool.submit(host, &first) == WHARF_OK);
  CHECK(services.run_until([&] { return chain.second.ended() == 1; }));
  CHECK(chain.posted == WHARF_OK);
  CHECK(chain.submitted == WHARF_OK);
  CHECK(chain.second.done == 1);
}

TEST_CASE_FIXTURE(Pool, "jobs that run when destroy begins end in drop, on the worker") {
  std::promise<void> gate;
  Counted job;
  job.gate = gate.get_future().share();
  REQUIRE(submit(job) == WHARF_OK);
  instance.reset();
  CHECK(job.ended() == 0);
  gate.set_value();
  CHECK(services.run_until([&] { return job.ended() == 1; }));
  CHECK(job.dropped == 1);
  CHECK(job.end_thread == std::this_thread::get_id());
}

TEST_CASE_FIXTURE(Pool, "every job ends exactly once, wherever it is when destroy begins") {
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  std::array<Counted, 32> jobs;
  for (Counted& job : jobs) job.gate = opened;
  // More than the pool has threads, so that most wait there, and some never reach it.
  std::thread other([&] {
    for (size_t i = 16; i < jobs.size(); ++i) CHECK(submit(jobs[i]) == WHARF_OK);
  });
  for (size_t i = 0; i < 16; ++i) CHECK(submit(jobs[i]) == WHARF_OK);
  other.join();
  instance.reset();
  gate.set_value();
  const auto all_ended = [&] {
    return std::all_of(jobs.begin(), jobs.end(), [](const Counted& job) { return job.ended() == 1; });
  };
  CHECK(services.run_until(all_ended));
  for (const Counted& job : jobs) {
    CHECK(job.dropped == 1);
    CHECK(job.done == 0);
  }
  CHECK(jobs.back().run == 0);
}

TEST_CASE_FIXTURE(Pool, "a job that outlives its instance finds the host gone, not the memory") {
  std::promise<void> gate;
  struct Late {
    const wharf_host* host;
    std::shared_future<void> gate;
    std::promise<void> began;
    wharf_result sent = WHARF_OK;
    wharf_result posted = WHARF_OK;
    std::atomic<bool> dropped{false};
  } late{host, gate.get_future().share(), {}};
  const wharf_job job = {sizeof(wharf_job),
                         0,
                         &late,
                         [](void* context) {
                           Late& self = *static_cast<Late*>(context);
                           self.began.set_value();
                           self.gate.wait();
                           self.sent = self.host->send(self.host, 1, WHARF_TEXT, bytes("late"));
                           self.posted = self.host->post(
                               self.host, [](void*, void*) {}, nullptr);
                           self.host->log(self.host, WHARF_INFO, 0, bytes("late"));
                         },
                         [](void*, void*) {},
                         [](void* context) { static_cast<Late*>(context)->dropped = true; }};
  REQUIRE(pool.submit(host, &job) == WHARF_OK);
  late.began.get_future().wait();  // a job that has not begun would be dropped unrun
  instance.reset();
  gate.set_value();
  CHECK(services.run_until([&] { return late.dropped.load(); }));
  CHECK(late.sent == WHARF_GONE);
  CHECK(late.posted == WHARF_GONE);
  CHECK(services.sent.empty());
}

TEST_CASE_FIXTURE(Pool, "in destroy nothing can be submitted any more") {
  struct Try {
    const wharf_pool* pool;
    Counted job;
    wharf_result result = WHARF_OK;
  } attempt{&pool, {}};
  lender->context = &attempt;
  lender->on_destroy = [](const wharf_host* table, void* context) {
    Try& self = *static_cast<Try*>(context);
    const wharf_job job = self.job.job();
    self.result = self.pool->submit(table, &job);
  };
  instance.reset();
  CHECK(attempt.result == WHARF_GONE);
  CHECK(attempt.job.run + attempt.job.ended() == 0);
}

TEST_CASE_FIXTURE(Pool, "more jobs than the bound are refused, and then taken again") {
  std::promise<void> gate;
  Counted job;
  job.gate = gate.get_future().share();
  for (size_t i = 0; i < Jobs::most; ++i) REQUIRE(submit(job) == WHARF_OK);
  CHECK(submit(job) == WHARF_FULL);
  std::thread([&] { CHECK(submit(job) == WHARF_FULL); }).join();
  gate.set_value();
  CHECK(services.run_until([&] { return job.done == static_cast<int>(Jobs::most); }));
  CHECK(submit(job) == WHARF_OK);
  CHECK(services.run_until([&] { return job.done == static_cast<int>(Jobs::most) + 1; }));
}

TEST_CASE_FIXTURE(Pool, "a job that is not whole is refused") {
  Counted counted;
  CHECK(pool.submit(host, nullptr) == WHARF_INVALID);
  wharf_job job = counted.job();
  job.size = 8;
  CHECK(pool.submit(host, &job) == WHARF_INVALID);
  job = counted.job();
  job.done = nullptr;
  CHECK(pool.submit(host, &job) == WHARF_INVALID);
  CHECK(log.contains("wharf.pool submit refused"));
}

}  // namespace wharf::plugin

// SPDX-License-Identifier: MIT
#include "terminal/recorder.h"

#include <fmt/format.h>

#include <utility>

namespace wharf_paramiko::terminal {

namespace {

constexpr size_t cost_of_event =
    64;  // what an event takes beside its bytes: it counts, as output may come by the byte

}  // namespace

// The worker's but for `files`, `batch`, `failure` and `worked`, which are the job's while `busy`. It
// outlives the recorder as long as a job runs.
struct Recorder::Writing {
  Writing(Options options, CastHeader header, InPool pool, Told telling)
      : files(std::move(options.place), std::move(header)),
        capacity(options.queue),
        in_pool(std::move(pool)),
        told(std::move(telling)) {}
  // What no job came to write is written here: the pool takes none any more when the server stops.
  ~Writing();

  size_t room() const {
    size_t taken = queued + cost_of_event;
    return failed || taken >= capacity ? 0 : capacity - taken;
  }

  CastFiles files;
  std::vector<Event> batch;
  std::string failure;
  bool worked = false;  // the last job ran

  size_t capacity;
  InPool in_pool;
  Told told;
  std::vector<Event> queue;
  size_t queued = 0;  // bytes, those of the batch included
  size_t batched = 0;
  bool busy = false;
  bool refused = false;  // somebody waits for room
  bool failed = false;
  bool closing = false;
  std::function<void(const std::string& why)> begun;
  std::function<void(const std::string& why)> closed;

  struct Job {
    bool create = false;
    bool last = false;
  };
  void run(Job job);  // [pool]
};

Recorder::Writing::~Writing() {
  run({});
  batch.swap(queue);
  run({});
}

void Recorder::Writing::run(Job job) {
  worked = true;
  tl::expected<void, std::string> done;
  if (job.create) done = files.begin();
  for (const Event& event : batch) {
    if (!done) break;
    done = files.write(event.at, event.kind, event.bytes);
  }
  batch.clear();
  if (done) done = job.last ? files.close() : files.flush();
  if (!done) failure = done.error();
}

Recorder::Recorder(const Options& options, CastHeader header, Clock::time_point began, InPool in_pool,
                   Told told)
    : writing_(std::make_shared<Writing>(options, std::move(header), std::move(in_pool), std::move(told))),
      records_input_(options.input),
      began_(began) {}

Recorder::~Recorder() {
  writing_->told = {};
  writing_->begun = nullptr;
  if (!writing_->closing) close(nullptr);
}

void Recorder::begin(std::function<void(const std::string& why)> begun) {
  writing_->begun = std::move(begun);
  write(writing_);
}

bool Recorder::input(Clock::time_point at, std::string_view bytes) {
  return !records_input_ || add(at, CastKind::Input, bytes);
}

bool Recorder::resize(Clock::time_point at, uint32_t cols, uint32_t rows) {
  return add(at, CastKind::Resize, fmt::format("{}x{}", cols, rows));
}

size_t Recorder::room() const { return writing_->room(); }

bool Recorder::add(Clock::time_point at, CastKind kind, std::string_view bytes) {
  if (bytes.empty()) return true;
  if (writing_->closing || bytes.size() > room()) {
    dropped_ += bytes.size();
    untold_ += bytes.size();
    writing_->refused = true;
    return false;
  }
  std::chrono::microseconds since = std::chrono::duration_cast<std::chrono::microseconds>(at - began_);
  if (untold_ > 0)
    push(since, CastKind::Marker, fmt::format("{} bytes are not recorded here", std::exchange(untold_, 0)));
  push(since, kind, bytes);
  write(writing_);
  return true;
}

void Recorder::push(std::chrono::microseconds at, CastKind kind, std::string_view bytes) {
  writing_->queue.push_back({at, kind, std::string(bytes)});
  writing_->queued += bytes.size() + cost_of_event;
}

void Recorder::close(std::function<void(const std::string& why)> closed) {
  writing_->closing = true;
  writing_->closed = std::move(closed);
  write(writing_);
}

// Starts a job unless one runs: with all that waits, and with the end of the file when there is nothing else
// to come.
void Recorder::write(const std::shared_ptr<Writing>& writing) {
  if (writing->busy) return;
  if (writing->failed) {
    writing->queue.clear();
    if (writing->closed) std::exchange(writing->closed, nullptr)(writing->failure);
    return;
  }
  const Writing::Job job{writing->begun != nullptr, writing->closing};
  writing->batch.swap(writing->queue);
  writing->batched = writing->queued;
  writing->busy = true;
  writing->worked = false;
  writing->in_pool([writing, job] { writing->run(job); }, [writing, job] { written(writing, job.last); });
}

void Recorder::written(const std::shared_ptr<Writing>& writing, bool last) {
  bool was_full = std::exchange(writing->refused, false) || writing->room() == 0;
  writing->busy = false;
  if (!writing->worked) writing->failure = "too many jobs of the server wait: nothing more is recorded";
  writing->queued -= std::exchange(writing->batched, 0);
  bool fails = !writing->failure.empty() && !std::exchange(writing->failed, !writing->failure.empty());
  if (last) {
    if (writing->closed) std::exchange(writing->closed, nullptr)(writing->failure);
    return;
  }
  const std::function<void(const std::string&)> begun = std::exchange(writing->begun, nullptr);
  if (!writing->queue.empty() || writing->closing) write(writing);
  // Who is told may let the recorder go, and what it was to tell with it.
  if (begun) return begun(writing->failure);
  const Told told = writing->told;
  if (fails && told.failed) told.failed(writing->failure);
  if (was_full && !writing->failed && told.room) told.room();
}

}  // namespace wharf_paramiko::terminal

#include "auth/inquiry/service.h"

#include <openssl/sha.h>

#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace wharf::auth::inquiry {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t most_jobs = 20'000;       // that wait for a thread
constexpr size_t most_waiting = 64 << 20;  // bytes of their questions
constexpr size_t most_answers = 100'000;   // that are kept

const Answer unavailable{Answer::Kind::Unavailable, {}, {}};

// A question may hold what is a password as long as a session lives, and may be long.
std::string key_of(const std::string& question) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(question.data()), question.size(), digest.data());
  return {digest.begin(), digest.end()};
}

// Of the process, as its end is.
std::atomic<bool>& left_behind() {
  static std::atomic<bool> any = false;
  return any;
}

}  // namespace

bool Service::any_left_behind() { return left_behind(); }

Service::Service(Settings settings, MakeAnswerer make, std::shared_ptr<telemetry::Log> log)
    : settings_(std::move(settings)),
      make_(std::move(make)),
      complaint_(std::move(log), settings_.consequence, settings_.recovered),
      flights_(settings_.limits.timeout, settings_.limits.remember, most_answers) {}

std::shared_ptr<Service> Service::start(Settings settings, MakeAnswerer make,
                                        std::shared_ptr<telemetry::Log> log) {
  std::shared_ptr<Service> service(new Service(std::move(settings), std::move(make), std::move(log)));
  service->running_ = service->settings_.limits.connections + 1;
  service->threads_.resize(service->running_);
  service->begin_thread(0, &Service::watch_deadlines);
  for (size_t i = 1; i < service->threads_.size(); ++i) {
    service->begin_thread(i, &Service::answer_questions);
  }
  return service;
}

void Service::begin_thread(size_t index, void (Service::*work)()) {
  threads_[index].thread = std::thread([service = shared_from_this(), index, work] {
    (*service.*work)();
    std::lock_guard lock(service->mutex_);
    service->threads_[index].ended = true;
    --service->running_;
    service->clock_.notify_all();
    service->ended_.notify_all();
  });
}

void Service::end() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  work_.notify_all();
  clock_.notify_all();
  ended_.wait_for(lock, settings_.limits.timeout, [this] { return running_ == 0; });
  std::vector<std::thread> ended;
  for (Thread& each : threads_) {
    if (each.ended) {
      ended.push_back(std::move(each.thread));
    } else {
      left_behind() = true;
      each.thread.detach();
    }
  }
  lock.unlock();
  for (std::thread& each : ended) each.join();
}

void Service::ask(const std::string& question, Done done) {
  const std::string key = key_of(question);
  const Clock::time_point now = Clock::now();
  std::unique_lock lock(mutex_);
  if (const std::optional<Answer> known = flights_.known(key, now)) {
    lock.unlock();
    return done(*known);
  }
  if (ending_ || jobs_.size() >= most_jobs || waiting_ >= most_waiting) {
    lock.unlock();
    return done(unavailable);
  }
  if (flights_.begin(key, std::move(done), now)) {
    jobs_.push_back({key, question});
    waiting_ += question.size();
    work_.notify_one();
  }
  clock_.notify_one();
}

void Service::answer_questions() {
  const std::unique_ptr<Answerer> answerer = make_();
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [this] { return !jobs_.empty() || ending_; });
    if (jobs_.empty()) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    waiting_ -= job.question.size();
    Answer answer = unavailable;
    // Whoever wanted to know may have gone while it waited.
    if (flights_.awaited(job.key)) {
      lock.unlock();
      Result<Answer> found = answerer->answer(job.question);
      if (found) {
        complaint_.worked();
        answer = std::move(*found);
      } else {
        complaint_.failed(found.error().text);
      }
      lock.lock();
    }
    const std::vector<Done> waiting = flights_.land(job.key, answer, Clock::now());
    lock.unlock();
    for (const Done& done : waiting) done(answer);
    lock.lock();
  }
}

void Service::watch_deadlines() {
  std::unique_lock lock(mutex_);
  while (!ending_ || running_ > 1) {
    const std::vector<Done> late = flights_.overdue(Clock::now());
    if (!late.empty()) {
      lock.unlock();
      complaint_.failed(settings_.late);
      for (const Done& done : late) done(unavailable);
      lock.lock();
      continue;
    }
    const std::optional<Clock::time_point> next = flights_.next_deadline();
    next ? static_cast<void>(clock_.wait_until(lock, *next)) : clock_.wait(lock);
  }
}

}  // namespace wharf::auth::inquiry

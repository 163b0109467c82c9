#include "auth/django/service.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

#include "auth/django/digest.h"
#include "auth/django/lookup.h"
#include "auth/django/session_key.h"
#include "config/units.h"

namespace wharf::auth::django {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t most_jobs = 20'000;      // that wait for a thread
constexpr size_t most_answers = 100'000;  // that are kept

const Answer unavailable{Answer::Kind::Unavailable, {}, {}};

std::string consequence_of(const config::DjangoAuth& settings) {
  return settings.anonymous_without ? "visitors with a session are anonymous until it can"
                                    : "visitors with a session are refused with 503 until it can";
}

// A cookie is a password as long as its session lives, and may be long.
std::string key_of(const std::string& cookie_value) {
  return std::string(bytes_of(salted_hmac("wharf.auth.django", cookie_value, "")));
}

}  // namespace

Service::Service(std::shared_ptr<const config::DjangoAuth> settings, std::shared_ptr<telemetry::Log> log)
    : settings_(std::move(settings)),
      log_(std::move(log)),
      complaint_(log_, consequence_of(*settings_)),
      note_(log_, "it is as if it were not there"),
      flights_(settings_->timeout, settings_->remember, most_answers) {}

std::shared_ptr<Service> Service::start(std::shared_ptr<const config::DjangoAuth> settings,
                                        std::shared_ptr<telemetry::Log> log) {
  std::shared_ptr<Service> service(new Service(std::move(settings), std::move(log)));
  for (const config::Position& place : service->settings_->clear_secrets) {
    service->log_->warn(
        "{}:{}:{}: a secret stands in the file itself: whoever reads it can log in as anyone; write "
        "{{file: PATH}} or {{env: NAME}}",
        place.file, place.line, place.column);
  }
  service->threads_ = service->settings_->connections + 1;
  for (size_t i = 0; i < service->settings_->connections; ++i) {
    std::thread([service] { service->look_up(); }).detach();
  }
  std::thread([service] { service->watch_deadlines(); }).detach();
  return service;
}

void Service::end() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  work_.notify_all();
  clock_.notify_all();
  ended_.wait_for(lock, settings_->timeout, [this] { return threads_ == 0; });
}

void Service::identify(const std::string& cookie_value, Done done) {
  if (settings_->engine != config::DjangoAuth::Engine::SignedCookies && !is_session_key(cookie_value)) {
    return done(Answer{});
  }
  const std::string key = key_of(cookie_value);
  const Clock::time_point now = Clock::now();
  std::unique_lock lock(mutex_);
  if (const std::optional<Answer> known = flights_.known(key, now)) {
    lock.unlock();
    return done(*known);
  }
  if (ending_ || jobs_.size() >= most_jobs) {
    lock.unlock();
    return done(unavailable);
  }
  if (flights_.begin(key, std::move(done), now)) {
    jobs_.push_back({key, cookie_value});
    work_.notify_one();
  }
  clock_.notify_one();
}

void Service::look_up() {
  {
    Lookup lookup(*settings_, [this](const std::string& text) { note_.failed(text); });
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [this] { return !jobs_.empty() || ending_; });
      if (jobs_.empty()) break;
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      Answer answer = unavailable;
      // Whoever wanted to know may have gone while it waited.
      if (flights_.awaited(job.key)) {
        lock.unlock();
        Result<Answer> found = lookup.find(job.cookie_value);
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
  thread_ended();
}

void Service::watch_deadlines() {
  std::unique_lock lock(mutex_);
  while (!ending_ || threads_ > 1) {
    const std::vector<Done> late = flights_.overdue(Clock::now());
    if (!late.empty()) {
      lock.unlock();
      complaint_.failed(fmt::format("whose session it is could not be found out within {}",
                                    config::show_duration(settings_->timeout)));
      for (const Done& done : late) done(unavailable);
      lock.lock();
      continue;
    }
    const std::optional<Clock::time_point> next = flights_.next_deadline();
    next ? static_cast<void>(clock_.wait_until(lock, *next)) : clock_.wait(lock);
  }
  lock.unlock();
  thread_ended();
}

void Service::thread_ended() {
  std::lock_guard lock(mutex_);
  --threads_;
  clock_.notify_all();
  ended_.notify_all();
}

}  // namespace wharf::auth::django

// Who the visitors of one Django are: asked by every worker, answered by a few threads, each with connections
// of its own. Neither a worker nor libuv's pool, which is the plugins', waits for a database.
//
// A look-up that takes longer than `timeout` is answered without its result. A thread that is stuck in one is
// left to it; the others go on, and when all are stuck, everybody is told so after `timeout`.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "auth/django/answer.h"
#include "auth/django/complaint.h"
#include "auth/django/flights.h"
#include "config/django_auth.h"
#include "telemetry/log.h"

namespace wharf::auth::django {

class Service : public std::enable_shared_from_this<Service> {
 public:
  using Done = Flights::Done;

  // [loader] Its threads begin.
  static std::shared_ptr<Service> start(std::shared_ptr<const config::DjangoAuth> settings,
                                        std::shared_ptr<telemetry::Log> log);
  // [loader] No more is taken. Waits until what was is answered and the threads have ended; but not for a
  // thread that is stuck, which keeps what it uses alive.
  void end();

  const config::DjangoAuth& settings() const { return *settings_; }

  // [any-thread] `done` is called once, by this thread or another.
  void identify(const std::string& cookie_value, Done done);

 private:
  struct Job {
    std::string key;
    std::string cookie_value;
  };

  Service(std::shared_ptr<const config::DjangoAuth> settings, std::shared_ptr<telemetry::Log> log);

  void look_up();          // a thread
  void watch_deadlines();  // another
  void thread_ended();

  const std::shared_ptr<const config::DjangoAuth> settings_;
  const std::shared_ptr<telemetry::Log> log_;
  Complaint complaint_;
  Complaint note_;

  std::mutex mutex_;  // of what follows
  std::condition_variable work_;
  std::condition_variable clock_;
  std::condition_variable ended_;
  Flights flights_;
  std::deque<Job> jobs_;
  size_t threads_ = 0;
  bool ending_ = false;
};

}  // namespace wharf::auth::django

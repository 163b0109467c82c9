// Questions about visitors that somebody else has to answer: asked by every worker, put by a few threads,
// each with connections of its own. Neither a worker nor libuv's pool, which is the plugins', waits for a
// database or for another server.
//
// A question that takes longer than limits.timeout is answered without its result. A thread that is stuck in
// one is left to it; the others go on, and when all are stuck, everybody is told so after that time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "auth/inquiry/answer.h"
#include "auth/inquiry/answerer.h"
#include "auth/inquiry/complaint.h"
#include "auth/inquiry/flights.h"
#include "config/inquiry_limits.h"
#include "telemetry/log.h"

namespace wharf::auth::inquiry {

struct Settings {
  config::InquiryLimits limits;
  // What the log says.
  std::string late;         // nothing was heard within limits.timeout
  std::string consequence;  // what becomes of visitors while there are no answers
  std::string recovered;    // there are answers again
};

class Service : public std::enable_shared_from_this<Service> {
 public:
  using Done = Flights::Done;

  // [loader] Its threads begin.
  static std::shared_ptr<Service> start(Settings settings, MakeAnswerer make,
                                        std::shared_ptr<telemetry::Log> log);
  // [loader] No more is taken. Waits until what was is answered and joins the threads; but not one that is
  // stuck, which keeps what it uses alive. To be called once.
  void end();
  // [any-thread] Whether end() of one in this process has left a thread to its question. It may use what
  // exit() destroys, so the process then has to end without that.
  static bool any_left_behind();

  // What a visitor is when nobody answers; else he is refused.
  bool anonymous_without() const { return settings_.limits.anonymous_without; }
  // After which it is to be asked about an open connection again; 0: never.
  config::Duration recheck() const { return settings_.limits.recheck; }

  // [any-thread] `done` is called once, by this thread or another. The same text is the same question.
  void ask(const std::string& question, Done done);

 private:
  struct Job {
    std::string key;
    std::string question;
  };

  Service(Settings settings, MakeAnswerer make, std::shared_ptr<telemetry::Log> log);

  struct Thread {
    std::thread thread;
    bool ended = false;  // it does nothing more that takes time
  };

  void begin_thread(size_t index, void (Service::*work)());
  void answer_questions();
  void watch_deadlines();

  const Settings settings_;
  const MakeAnswerer make_;
  Complaint complaint_;

  std::mutex mutex_;  // of what follows
  std::condition_variable work_;
  std::condition_variable clock_;
  std::condition_variable ended_;
  Flights flights_;
  std::deque<Job> jobs_;
  size_t waiting_ = 0;           // bytes of their questions
  std::vector<Thread> threads_;  // that watches deadlines, and those that answer
  size_t running_ = 0;           // of these
  bool ending_ = false;
};

}  // namespace wharf::auth::inquiry

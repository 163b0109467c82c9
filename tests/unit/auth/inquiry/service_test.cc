#include "auth/inquiry/service.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/log.h"

using namespace wharf;
using namespace wharf::auth::inquiry;
using std::chrono::milliseconds;

namespace {

// Whom everybody asks. While it is shut, nobody gets an answer.
class Door {
 public:
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    most_inside_ = std::max(most_inside_, inside_);
    ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --inside_;
  }
  void wait_for_asked(size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return asked_ >= count; }));
  }
  size_t asked() {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  size_t most_inside() {
    std::lock_guard lock(mutex_);
    return most_inside_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  size_t asked_ = 0;
  size_t inside_ = 0;
  size_t most_inside_ = 0;
};

// The answer to "alice" is alice; to "" it is none.
class Asked : public Answerer {
 public:
  explicit Asked(std::shared_ptr<Door> door) : door_(std::move(door)) {}
  Result<Answer> answer(const std::string& question) override {
    door_->pass();
    if (question.empty()) return failure("nobody is at home");
    return Answer{Answer::Kind::User, "1", question};
  }

 private:
  std::shared_ptr<Door> door_;
};

std::shared_ptr<Service> start(const std::shared_ptr<Door>& door, const config::InquiryLimits& limits) {
  return Service::start(
      {limits, "nobody came to the door", "nobody comes in", "somebody came"},
      [door] { return std::make_unique<Asked>(door); }, telemetry::make_log(spdlog::level::off));
}

std::future<Answer> ask(Service& service, const std::string& question) {
  auto promise = std::make_shared<std::promise<Answer>>();
  service.ask(question, [promise](const Answer& answer) { promise->set_value(answer); });
  return promise->get_future();
}

Answer come(std::future<Answer>& future) {
  REQUIRE(future.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  return future.get();
}

}  // namespace

TEST_CASE("the same question is put once, however many ask") {
  const auto door = std::make_shared<Door>();
  const auto service = start(door, {4, milliseconds(60'000), milliseconds(60'000)});
  std::vector<std::future<Answer>> answers;
  for (int i = 0; i < 1'000; ++i) answers.push_back(ask(*service, "alice"));
  door->open();
  for (std::future<Answer>& answer : answers) CHECK(come(answer).username == "alice");
  CHECK(door->asked() == 1);
  std::future<Answer> later = ask(*service, "alice");
  CHECK(come(later).username == "alice");
  CHECK(door->asked() == 1);
  service->end();
}

TEST_CASE("so many questions are under way as there are threads") {
  const auto door = std::make_shared<Door>();
  const auto service = start(door, {3, milliseconds(60'000), milliseconds(0)});
  std::vector<std::future<Answer>> answers;
  for (int i = 0; i < 50; ++i) answers.push_back(ask(*service, "user" + std::to_string(i)));
  door->wait_for_asked(3);
  door->open();
  for (int i = 0; i < 50; ++i) CHECK(come(answers[size_t(i)]).username == "user" + std::to_string(i));
  CHECK(door->most_inside() == 3);
  service->end();
}

TEST_CASE("an error is no answer, and is not kept") {
  const auto door = std::make_shared<Door>();
  door->open();
  const auto service = start(door, {1, milliseconds(60'000), milliseconds(60'000)});
  for (size_t i = 1; i <= 2; ++i) {
    std::future<Answer> answer = ask(*service, "");
    CHECK(come(answer).kind == Answer::Kind::Unavailable);
    CHECK(door->asked() == i);
  }
  service->end();
}

TEST_CASE("nobody waits longer than the timeout, whatever the threads are stuck in") {
  const auto door = std::make_shared<Door>();
  const auto service = start(door, {1, milliseconds(50), milliseconds(60'000)});
  std::future<Answer> stuck = ask(*service, "alice");
  std::future<Answer> behind = ask(*service, "bob");
  CHECK(come(stuck).kind == Answer::Kind::Unavailable);
  CHECK(come(behind).kind == Answer::Kind::Unavailable);
  CHECK(door->asked() == 1);
  door->open();
  service->end();
  // Nobody waited for bob any more, so he was not asked about.
  CHECK(door->asked() == 1);
}

TEST_CASE("whoever asks while it ends is told at once") {
  const auto door = std::make_shared<Door>();
  door->open();
  const auto service = start(door, {1, milliseconds(60'000), milliseconds(60'000)});
  service->end();
  std::future<Answer> answer = ask(*service, "alice");
  CHECK(come(answer).kind == Answer::Kind::Unavailable);
  CHECK(door->asked() == 0);
}

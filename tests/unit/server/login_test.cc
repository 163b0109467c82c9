#include "server/login.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace wharf;
using server::Login;
using server::Serving;

namespace {

constexpr uint64_t now = 1'000'000;
constexpr uint64_t period = 60'000;

auth::Identity alice(const std::string& question = "a") {
  auth::Identity identity{"7", "alice", "django", true};
  identity.proof = auth::Proof{"django", question, std::chrono::milliseconds(period)};
  return identity;
}

// Keeps the questions until the test answers them.
struct Asked : auth::Authenticator {
  void identify(const auth::Handshake&, Answer) override {}
  void renew(const auth::Proof& proof, Answer answer) override {
    questions.push_back(proof.question);
    waiting.push_back(std::move(answer));
  }
  std::vector<std::string> questions;
  std::vector<Answer> waiting;
};

struct Served {
  Served() {
    auto made = std::make_unique<Asked>();
    asked = made.get();
    auto one = std::make_shared<Serving>();
    one->authenticator = std::move(made);
    serving = std::move(one);
  }
  std::shared_ptr<const Serving> serving;
  Asked* asked;
};

void ask(Login& login, const Served& served, uint64_t time) {
  login.ask_when_due(time, served.serving, [&login](const auth::Identity& answer) { login.holds(answer); });
}

}  // namespace

TEST_CASE("a login that nothing ends is not watched") {
  CHECK(Login::begin({"bob", "bob", "header", true}, now) == nullptr);
  CHECK(Login::begin({"", "", "anonymous", false}, now) == nullptr);
}

TEST_CASE("a login expires") {
  auth::Identity identity{"7", "alice", "jwt", true};
  identity.expiry = std::chrono::system_clock::now() + std::chrono::hours(1);
  const std::unique_ptr<Login> login = Login::begin(identity, now);
  REQUIRE(login);
  const uint64_t end = login->next();
  CHECK(end <= now + 3'600'000);
  CHECK(end > now + 3'500'000);
  CHECK_FALSE(login->expired(end - 1));
  CHECK(login->expired(end));
  identity.expiry = std::chrono::system_clock::now() - std::chrono::hours(1);
  CHECK(Login::begin(identity, now)->expired(now + 1));
}

TEST_CASE("the connections of one session ask at the same times, whenever they came") {
  const uint64_t first = Login::begin(alice(), now)->next();
  CHECK(first > now);
  CHECK(first <= now + period);
  CHECK(Login::begin(alice(), first - 1)->next() == first);
  CHECK(Login::begin(alice(), first)->next() == first + period);
}

TEST_CASE("many sessions that come at once are spread over the period") {
  std::array<int, 10> tenths{};
  for (int i = 0; i < 1000; ++i) {
    const uint64_t next = Login::begin(alice(std::to_string(i)), now)->next();
    ++tenths.at((next - now - 1) * tenths.size() / period);
  }
  CHECK(*std::min_element(tenths.begin(), tenths.end()) > 50);
  CHECK(*std::max_element(tenths.begin(), tenths.end()) < 200);
}

TEST_CASE("it asks when it is time, the same question") {
  const Served served;
  const std::unique_ptr<Login> login = Login::begin(alice(), now);
  const uint64_t due = login->next();
  ask(*login, served, due - 1);
  CHECK(served.asked->questions.empty());
  ask(*login, served, due);
  CHECK(served.asked->questions == std::vector<std::string>{"a"});
  CHECK(login->next() == due + period);
}

TEST_CASE("it waits for an answer before it asks again") {
  const Served served;
  const std::unique_ptr<Login> login = Login::begin(alice(), now);
  const uint64_t due = login->next();
  ask(*login, served, due);
  ask(*login, served, due + period);
  CHECK(served.asked->waiting.size() == 1);
  served.asked->waiting.at(0)(alice());
  ask(*login, served, due + period);
  CHECK_MESSAGE(served.asked->waiting.size() == 1, "the time has passed");
  ask(*login, served, due + 2 * period);
  CHECK(served.asked->waiting.size() == 2);
}

TEST_CASE("who was replaced before it answered is not waited for") {
  std::unique_ptr<Served> before = std::make_unique<Served>();
  const Served after;
  const std::unique_ptr<Login> login = Login::begin(alice(), now);
  const uint64_t due = login->next();
  ask(*login, *before, due);
  before.reset();
  ask(*login, after, due + period);
  CHECK(after.asked->waiting.size() == 1);
}

TEST_CASE("a login holds as long as the same user is named") {
  const std::unique_ptr<Login> login = Login::begin(alice(), now);
  auth::Identity renamed = alice();
  renamed.username = "alicia";
  CHECK(login->holds(renamed));
  auth::Identity unavailable;
  unavailable.unavailable = true;
  CHECK(login->holds(unavailable));
  CHECK(login->next() != UINT64_MAX);
  auth::Identity other = alice();
  other.id = "8";
  CHECK_FALSE(login->holds(other));
  CHECK_FALSE(login->holds({"", "", "anonymous", false}));
}

TEST_CASE("after a reload it asks as often as that says") {
  const Served served;
  const std::unique_ptr<Login> login = Login::begin(alice(), now);
  auth::Identity sooner = alice();
  sooner.proof->period = std::chrono::milliseconds(1'000);
  CHECK(login->holds(sooner));
  const uint64_t due = login->next();
  ask(*login, served, due);
  CHECK(login->next() <= due + 1'000);
  auth::Identity never = alice();
  never.proof.reset();
  CHECK(login->holds(never));
  CHECK(login->next() == UINT64_MAX);
}

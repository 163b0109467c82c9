#include "auth/inquiry/flights.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace wharf::auth::inquiry;
using std::chrono::milliseconds;

namespace {

const Answer alice{Answer::Kind::User, "1", "alice"};
const Answer nobody{};
const Answer unavailable{Answer::Kind::Unavailable, {}, {}};
const Flights::Time start{};

Flights::Done into(std::vector<std::string>& told) {
  return [&told](const Answer& answer) { told.push_back(answer.username); };
}

void tell(const std::vector<Flights::Done>& waiting, const Answer& answer) {
  for (const Flights::Done& done : waiting) done(answer);
}

}  // namespace

TEST_CASE("many visitors with one cookie are one look-up") {
  Flights flights(milliseconds(100), milliseconds(10), 100);
  std::vector<std::string> told;
  CHECK_FALSE(flights.known("a", start));
  CHECK(flights.begin("a", into(told), start));
  for (int i = 0; i < 9'999; ++i) CHECK_FALSE(flights.begin("a", into(told), start));
  CHECK(flights.begin("b", into(told), start));
  CHECK(flights.awaited("a"));
  tell(flights.land("a", alice, start), alice);
  CHECK(told.size() == 10'000);
  CHECK(told.front() == "alice");
  CHECK_FALSE(flights.awaited("a"));
  CHECK(flights.awaited("b"));
}

TEST_CASE("an answer is given again for as long as it is kept") {
  Flights flights(milliseconds(100), milliseconds(10), 100);
  std::vector<std::string> told;
  flights.begin("a", into(told), start);
  flights.begin("b", into(told), start);
  flights.land("a", alice, start);
  flights.land("b", nobody, start);
  CHECK(flights.known("a", start + milliseconds(9))->username == "alice");
  CHECK(flights.known("b", start + milliseconds(9))->kind == Answer::Kind::Nobody);
  CHECK_FALSE(flights.known("a", start + milliseconds(10)));
  CHECK(flights.begin("a", into(told), start + milliseconds(10)));
}

TEST_CASE("what could not be found out is not kept, and nothing is when nothing is to be") {
  std::vector<std::string> told;
  Flights flights(milliseconds(100), milliseconds(10), 100);
  flights.begin("a", into(told), start);
  CHECK(flights.land("a", unavailable, start).size() == 1);
  CHECK_FALSE(flights.known("a", start));
  Flights forgetful(milliseconds(100), milliseconds(0), 100);
  forgetful.begin("a", into(told), start);
  forgetful.land("a", alice, start);
  CHECK_FALSE(forgetful.known("a", start));
}

TEST_CASE("only so many answers are kept, the youngest") {
  Flights flights(milliseconds(100), milliseconds(10), 2);
  std::vector<std::string> told;
  for (const char* key : {"a", "b", "c"}) {
    flights.begin(key, into(told), start);
    flights.land(key, alice, start);
  }
  CHECK_FALSE(flights.known("a", start));
  CHECK(flights.known("b", start));
  CHECK(flights.known("c", start));
}

TEST_CASE("nobody waits longer than his patience, and the look-up goes on") {
  Flights flights(milliseconds(100), milliseconds(10), 100);
  std::vector<std::string> told;
  CHECK_FALSE(flights.next_deadline());
  flights.begin("a", into(told), start);
  flights.begin("a", into(told), start + milliseconds(50));
  CHECK(flights.next_deadline() == start + milliseconds(100));
  CHECK(flights.overdue(start + milliseconds(99)).empty());
  CHECK(flights.overdue(start + milliseconds(100)).size() == 1);
  CHECK(flights.next_deadline() == start + milliseconds(150));
  // Who comes now waits for the same look-up.
  CHECK_FALSE(flights.begin("a", into(told), start + milliseconds(120)));
  CHECK(flights.land("a", alice, start + milliseconds(130)).size() == 2);
  CHECK(flights.overdue(start + milliseconds(500)).empty());
  CHECK_FALSE(flights.next_deadline());
}

#include "terminal/rate.h"

#include <doctest/doctest.h>

using namespace wharf_paramiko::terminal;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a bucket gives its burst, and then its rate") {
  RateLimit rate(1000, 200);
  RateLimit::Clock::time_point now{seconds(5)};
  CHECK(rate.available(now) == 200);
  rate.take(200);
  CHECK(rate.available(now) == 0);
  CHECK(rate.wait(now, 100) == milliseconds(100));
  now += milliseconds(100);
  CHECK(rate.available(now) == 100);
  CHECK(rate.wait(now, 100) == milliseconds(0));
  rate.take(100);
  now += seconds(100);
  CHECK(rate.available(now) == 200);
  rate.take(200);
  CHECK(rate.wait(now, 5000) == milliseconds(200));  // a whole bucket, there is no more at once
}

TEST_CASE("over a second it lets through its rate, in whatever steps") {
  RateLimit rate(1'000'000, 1000);
  RateLimit::Clock::time_point now{};
  uint64_t sent = 0;
  for (int i = 0; i <= 10'000; ++i) {
    uint64_t bytes = rate.available(now);
    rate.take(bytes);
    sent += bytes;
    now += std::chrono::microseconds(100);
  }
  CHECK(sent >= 1'000'000);
  CHECK(sent <= 1'001'001);
}

TEST_CASE("without a rate there is no limit, and a clock that goes back does no harm") {
  RateLimit none(0, 0);
  CHECK(none.available({}) == UINT64_MAX);
  CHECK(none.wait({}, 1 << 30) == milliseconds(0));
  RateLimit rate(1000, 100);
  RateLimit::Clock::time_point now{seconds(5)};
  CHECK(rate.available(now) == 100);
  rate.take(100);
  CHECK(rate.available(now - seconds(1)) == 0);
  CHECK(rate.available(now + milliseconds(50)) == 50);
}

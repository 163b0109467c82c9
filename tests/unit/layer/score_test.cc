#include "layer/redis/score.h"

#include <doctest/doctest.h>

using wharf::layer::redis::Scores;

TEST_CASE("scores are the time, and rise even when the clock does not") {
  int64_t now = 1795447411140320;
  Scores scores([&now] { return now; });
  CHECK(scores.next() == "1795447411.140320");
  CHECK(scores.next() == "1795447411.140321");
  now -= 5'000'000;
  CHECK(scores.next() == "1795447411.140322");
  now = 1795447412000007;
  CHECK(scores.next() == "1795447412.000007");
  now = 1795447412999999;
  CHECK(scores.next() == "1795447412.999999");
  CHECK(scores.next() == "1795447413.000000");
}

TEST_CASE("the doubles that Redis keeps rise as well") {
  Scores scores([] { return int64_t{1795447411140320}; });
  double last = 0;
  for (int i = 0; i < 10000; ++i) {
    const double score = std::stod(scores.next());
    REQUIRE(score > last);
    last = score;
  }
}

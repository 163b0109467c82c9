#include "terminal/session_limits.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace wharf_paramiko::terminal;
using Full = SessionLimits::Full;
using std::chrono::seconds;

TEST_CASE("a cap is reached and a place given back") {
  SessionLimits limits({.total = 4, .per_address = 3, .per_user = 2});
  std::vector<SessionLimits::Place> places;
  const auto enter = [&](std::string_view user, std::string_view address) -> std::optional<Full> {
    tl::expected<SessionLimits::Place, Full> place = limits.enter(user, address);
    if (!place) return place.error();
    places.push_back(std::move(*place));
    return std::nullopt;
  };
  CHECK(!enter("ann", "::1"));
  CHECK(!enter("ann", "::1"));
  CHECK(enter("ann", "10.0.0.1") == Full::User);
  CHECK(!enter("bob", "::1"));
  CHECK(enter("eve", "::1") == Full::Address);
  CHECK(!enter("eve", "10.0.0.1"));
  CHECK(enter("zoe", "10.0.0.2") == Full::Total);
  CHECK(limits.total() == 4);
  places.erase(places.begin());
  CHECK(limits.total() == 3);
  CHECK(!enter("ann", "::1"));
  places.clear();
  CHECK(limits.total() == 0);
  CHECK(!enter("ann", "::1"));
  CHECK(!enter("ann", "::1"));
}

TEST_CASE("who has no name or no address is not counted as one") {
  SessionLimits limits({.total = 0, .per_address = 1, .per_user = 1});
  std::vector<SessionLimits::Place> places;
  for (int i = 0; i < 5; ++i) {
    tl::expected<SessionLimits::Place, Full> place = limits.enter("", "");
    REQUIRE(place);
    places.push_back(std::move(*place));
  }
  CHECK(limits.total() == 5);
}

TEST_CASE("a place that is assigned over is given back, and one that outlives the limits does no harm") {
  std::optional<SessionLimits> limits(SessionLimits::Caps{.total = 2, .per_address = 0, .per_user = 0});
  tl::expected<SessionLimits::Place, Full> one = limits->enter("a", "b");
  tl::expected<SessionLimits::Place, Full> two = limits->enter("a", "b");
  REQUIRE(two);
  CHECK(!limits->enter("a", "b"));
  *one = std::move(*two);
  CHECK(limits->total() == 1);
  limits.reset();
}

TEST_CASE("places are counted right by several threads") {
  SessionLimits limits({.total = 3, .per_address = 0, .per_user = 0});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2'000; ++round) {
        tl::expected<SessionLimits::Place, Full> place = limits.enter("user", "address");
        if (limits.total() > 3) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(limits.total() == 0);
}

TEST_CASE("attempts within a minute are bounded, each name for itself") {
  AttemptLimit limit(3);
  AttemptLimit::Clock::time_point now{seconds(1000)};
  for (int i = 0; i < 3; ++i) {
    CHECK(limit.attempt("::1", now) == seconds(0));
    now += seconds(10);
  }
  CHECK(limit.attempt("::1", now) == seconds(30));  // the first was 30 s ago
  CHECK(limit.attempt("::2", now) == seconds(0));
  now += seconds(30);
  CHECK(limit.attempt("::1", now) == seconds(0));
  CHECK(limit.attempt("::1", now) == seconds(10));
}

TEST_CASE("who has not tried for a minute is forgotten") {
  AttemptLimit limit(3);
  AttemptLimit::Clock::time_point now{seconds(1000)};
  for (int i = 0; i < 500; ++i) limit.attempt(std::to_string(i), now);
  CHECK(limit.remembered() == 500);
  limit.attempt("later", now + seconds(61));
  CHECK(limit.remembered() == 1);
  AttemptLimit none(0);
  for (int i = 0; i < 100; ++i) CHECK(none.attempt("x", now) == seconds(0));
  CHECK(none.remembered() == 0);
}

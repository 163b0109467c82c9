#include <wharf/testing.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "samples.h"

using wharf::testing::Bench;
using wharf::testing::Visitor;

TEST_CASE("greeter: says what the config says, and answers from the pool") {
  Bench bench(greeter_entry, R"({"greeting": "Ahoy"})");
  Visitor& ada = bench.visit();
  ada.says("ships");
  bench.settle();
  REQUIRE(ada.heard.size() == 2);
  CHECK(ada.heard[0].data == "Ahoy");
  CHECK(ada.heard[1].data == "all about ships");
}

TEST_CASE("greeter: closes on silence, and on nothing else") {
  Bench bench(greeter_entry);
  Visitor& silent = bench.visit();
  Visitor& talking = bench.visit();
  talking.says("ships");
  bench.advance(std::chrono::seconds(30));
  CHECK(silent.closing->code == 4000);
  CHECK_FALSE(talking.closing.has_value());
}

TEST_CASE("greeter: refuses a config, and points at the place") {
  CHECK(Bench(greeter_entry, R"({"greeting": ""})").refusal->pointer == "/greeting");
  CHECK(Bench(greeter_entry, R"({"greeting": 7})").refusal.has_value());
  CHECK_FALSE(Bench(greeter_entry).refusal.has_value());
}

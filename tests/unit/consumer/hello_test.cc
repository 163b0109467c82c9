#include <wharf/testing.hpp>

#include <doctest/doctest.h>

#include <string>

#include "samples.h"

using wharf::testing::Bench;
using wharf::testing::Visitor;

TEST_CASE("hello: answers each name with a greeting, and ignores the rest") {
  Bench bench(hello_entry);
  Visitor& ada = bench.visit();
  ada.says("Ada");
  ada.says("");
  ada.says(std::string(247, 'x'));
  ada.says(std::string(248, 'x'));
  ada.says_binary("Ada");
  REQUIRE(ada.heard.size() == 3);
  CHECK(ada.heard[0].data == "Hello, Ada!");
  CHECK(ada.heard[1].data == "Hello, !");
  CHECK(ada.heard[2].data.size() == 247 + 8);
  CHECK(ada.stage == Visitor::Stage::open);
}

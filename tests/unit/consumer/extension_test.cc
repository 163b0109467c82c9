#include <wharf/testing.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "samples.h"

using std::chrono::milliseconds;
using wharf::testing::Bench;
using wharf::testing::Visitor;

TEST_CASE("a pending handshake is accepted by a timer") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit({.path = "/pending"});
  CHECK(visitor.stage == Visitor::Stage::pending);
  bench.advance(milliseconds(49));
  CHECK(visitor.stage == Visitor::Stage::pending);
  bench.advance(milliseconds(1));
  CHECK(visitor.stage == Visitor::Stage::open);
  CHECK(visitor.heard.back().data == "at last");
}

TEST_CASE("a pending visitor who leaves takes the timer along") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit({.path = "/pending"});
  visitor.leaves(1006);
  bench.advance(milliseconds(100));
  CHECK(visitor.heard.empty());
}

TEST_CASE("a timer fires once or again and again, until cancelled") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit();
  visitor.says("once");
  bench.advance(milliseconds(100));
  CHECK(visitor.heard.size() == 1);

  visitor.says("every");
  bench.advance(milliseconds(50));  // at 10, 30 and 50
  CHECK(visitor.heard.size() == 4);
  visitor.says("cancel");
  bench.advance(milliseconds(100));
  CHECK(visitor.heard.size() == 4);
}

TEST_CASE("a callback may end its own timer") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit();
  visitor.says("replace");
  bench.advance(milliseconds(10));
  CHECK(visitor.heard.back().data == "replaced by a long enough text");
}

TEST_CASE("an exception in a timer ends its connection") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit();
  visitor.says("timer throw");
  bench.advance(milliseconds(10));
  CHECK(visitor.closing->code == 1011);
}

TEST_CASE("a watch reports what it asks for, moves, and ends with its owner") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit();
  visitor.says("watch");
  bench.ready(7, WHARF_IO_READ | WHARF_IO_WRITE);
  CHECK(visitor.heard.back().data == "ready 1");
  visitor.says("write");
  bench.ready(7, WHARF_IO_READ);
  CHECK(visitor.heard.size() == 1);
  visitor.says("move");
  bench.ready(7, WHARF_IO_WRITE);
  CHECK(visitor.heard.back().data == "ready 2");
  visitor.leaves();
  bench.ready(7, WHARF_IO_WRITE);
  CHECK(visitor.heard.size() == 2);
}

TEST_CASE("reading is paused") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit();
  visitor.says("pause");
  CHECK(visitor.paused);
}

TEST_CASE("the pool works, and its result comes back") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit();
  for (const char* job : {"pool", "pool void", "pool unique"}) visitor.says(job);
  CHECK(visitor.heard.empty());
  bench.settle();
  REQUIRE(visitor.heard.size() == 3);
  CHECK(visitor.heard[0].data == "worked");
  CHECK(visitor.heard[1].data == "void");
  CHECK(visitor.heard[2].data == "9");
}

TEST_CASE("a result for nobody is dropped") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit();
  visitor.says("pool");
  visitor.leaves();
  bench.settle();
  CHECK(visitor.heard.empty());
}

TEST_CASE("an exception in the pool ends the connection") {
  Bench bench(extension_entry);
  Visitor& visitor = bench.visit();
  visitor.says("pool throw");
  bench.settle();
  CHECK(visitor.closing->code == 1011);
  CHECK(visitor.heard.empty());
}

TEST_CASE("a host without the extension is named in the refusal") {
  Bench bench(extension_entry);
  bench.without_extensions = true;
  CHECK(bench.visit({.path = "/pending"}).http_status == 500);
  CHECK(bench.log.back().text.find("wharf.io/1") != std::string::npos);
}

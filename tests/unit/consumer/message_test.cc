#include <wharf/testing.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "samples.h"

using wharf::testing::Bench;
using wharf::testing::Visitor;

namespace {

// YYYY-MM-DD HH:MM:SS
bool is_time(const std::string& text) {
  const std::string form = "dddd-dd-dd dd:dd:dd";
  const auto fits = [](char is, char wanted) {
    return wanted == 'd' ? is >= '0' && is <= '9' : is == wanted;
  };
  return std::equal(text.begin(), text.end(), form.begin(), form.end(), fits);
}

// Whether the two frames from `first` on are the pair for this text.
bool is_pair(const Visitor& visitor, size_t first, const std::string& text) {
  if (visitor.heard.size() < first + 2) return false;
  const wharf::testing::Frame& plain = visitor.heard[first];
  const wharf::testing::Frame& stamped = visitor.heard[first + 1];
  return plain.kind == WHARF_TEXT && plain.data == text && stamped.kind == WHARF_TEXT &&
         is_time(stamped.data.substr(0, 19)) &&
         stamped.data.substr(19) == "\xe6\x94\xb6\xe5\x88\xb0\xe6\xb6\x88\xe6\x81\xaf\xef\xbc\x9a" + text;
}

}  // namespace

TEST_CASE("message: all tabs of a visitor get the pair, nobody else does") {
  Bench bench(message_entry);
  Visitor& here = bench.visit({.username = "alice"});
  Visitor& there = bench.visit({.username = "alice"});
  const Visitor& bob = bench.visit({.username = "bob"});
  const Visitor& stranger = bench.visit();
  here.says("hi");
  bench.settle();
  CHECK(is_pair(here, 0, "hi"));
  CHECK(is_pair(there, 0, "hi"));
  CHECK(bob.heard.empty());
  CHECK(stranger.heard.empty());
}

TEST_CASE("message: strangers share the group anonymous, with a user of that name") {
  Bench bench(message_entry);
  bench.visit().says("hi");
  const Visitor& stranger = bench.visit();
  const Visitor& namesake = bench.visit({.username = "anonymous"});
  bench.settle();
  CHECK(is_pair(stranger, 0, "hi"));
  CHECK(is_pair(namesake, 0, "hi"));
}

TEST_CASE("message: pairs stay whole and in order, byte for byte") {
  Bench bench(message_entry);
  Visitor& visitor = bench.visit({.username = "zo\xc3\xab@example.test"});
  const std::string texts[] = {"", std::string("a\0b", 3), "line\r\nline", "\xf0\x9f\x9a\xa2",
                               R"({"json":true})"};
  for (const std::string& text : texts) visitor.says(text);
  bench.settle();
  size_t first = 0;
  for (const std::string& text : texts) {
    CHECK(is_pair(visitor, first, text));
    first += 2;
  }
  CHECK(visitor.heard.size() == first);
}

TEST_CASE("message: a binary frame ends its sender only") {
  Bench bench(message_entry);
  Visitor& sender = bench.visit({.username = "alice"});
  const Visitor& other = bench.visit({.username = "alice"});
  sender.says_binary("");
  bench.settle();
  CHECK(sender.closing->code == 1003);
  CHECK(other.stage == Visitor::Stage::open);
  CHECK(other.heard.empty());
}

TEST_CASE("message: an event without text is nobody's end") {
  Bench bench(message_entry);
  const Visitor& visitor = bench.visit({.username = "alice"});
  bench.publish("alice", "user.message", {});
  bench.publish("alice", "user.message", {{"text", "from elsewhere"}});
  bench.settle();
  CHECK(visitor.stage == Visitor::Stage::open);
  CHECK(is_pair(visitor, 0, "from elsewhere"));
}

TEST_CASE("message: whoever leaves has left the group") {
  Bench bench(message_entry);
  Visitor& leaving = bench.visit({.username = "alice"});
  Visitor& staying = bench.visit({.username = "alice"});
  leaving.leaves();
  staying.says("hi");
  bench.settle();
  CHECK(leaving.heard.empty());
  CHECK(is_pair(staying, 0, "hi"));
}

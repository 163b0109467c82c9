#include <wharf/consumer.hpp>
#include <wharf/testing.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "samples.h"

using wharf::testing::Bench;
using wharf::testing::Visitor;

namespace {

using Stage = Visitor::Stage;

std::vector<std::string> heard(const Visitor& visitor) {
  std::vector<std::string> texts;
  for (const wharf::testing::Frame& frame : visitor.heard) texts.push_back(frame.data);
  return texts;
}

using Texts = std::vector<std::string>;

bool logged(const Bench& bench, const std::string& part) {
  for (const Bench::Line& line : bench.log)
    if (line.text.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("the entry describes the plugin") {
  CHECK(conduct_entry.magic == WHARF_MAGIC);
  CHECK(conduct_entry.abi_major == WHARF_ABI_MAJOR);
  CHECK(conduct_entry.size == sizeof(wharf_consumer));
  CHECK(std::string(conduct_entry.name) == "conduct");
  CHECK(std::string(conduct_entry.subprotocols[0]) == "b");
  CHECK(std::string(conduct_entry.subprotocols[1]) == "a");
  CHECK(conduct_entry.subprotocols[2] == nullptr);
  CHECK(settings_entry.subprotocols == nullptr);
  CHECK(settings_entry.summary == nullptr);
}

TEST_CASE("only a consumer that overrides drain has one") {
  CHECK((conduct_entry.drain != nullptr));
  CHECK((settings_entry.drain == nullptr));
}

TEST_CASE("the scope says which method named the visitor, and how the client came") {
  Bench bench(conduct_entry);
  CHECK(heard(bench.visit({.path = "/who"})) == Texts{"anonymous by ws"});
  CHECK(heard(bench.visit({.path = "/who", .username = "ada"})) == Texts{"header by ws"});
  CHECK(heard(bench.visit({.path = "/who", .username = "ada", .auth_method = "jwt", .secure = true})) ==
        Texts{"jwt by wss"});
}

TEST_CASE("a host of ABI 1.0 does not say which method") {
  wharf_scope scope{};
  scope.size = offsetof(wharf_scope, auth_method);
  scope.auth_method = {"jwt", 3};  // what lies behind is not looked at
  scope.scheme = {"xyz", 3};
  CHECK(wharf::Scope(scope).user().method().empty());
  CHECK(wharf::Scope(scope).scheme() == "ws");
  scope.secure = 1;
  CHECK(wharf::Scope(scope).scheme() == "wss");
}

TEST_CASE("connect decides") {
  Bench bench(conduct_entry);
  CHECK(bench.visit({.path = "/"}).stage == Stage::open);
  CHECK(bench.visit({.path = "/accept-twice"}).stage == Stage::open);
  CHECK(bench.visit({.path = "/undecided"}).stage == Stage::pending);

  const Visitor& rejected = bench.visit({.path = "/reject"});
  CHECK(rejected.stage == Stage::rejected);
  CHECK(rejected.http_status == 404);

  const Visitor& closed = bench.visit({.path = "/close"});
  CHECK(closed.stage == Stage::rejected);
  CHECK(closed.http_status == 403);

  const Visitor& both = bench.visit({.path = "/accept-reject"});
  CHECK(both.stage == Stage::open);
  CHECK(heard(both) == Texts{std::to_string(WHARF_INVALID)});

  const Visitor& farewell = bench.visit({.path = "/accept-close"});
  CHECK(farewell.stage == Stage::closing);
  CHECK(farewell.closing->code == 4001);
}

TEST_CASE("a host call between accept() and the end of connect works") {
  Bench bench(conduct_entry);
  const Visitor& visitor = bench.visit({.path = "/early"});
  CHECK(heard(visitor) == Texts{"first"});
  CHECK(visitor.groups.count("early") == 1);
}

TEST_CASE("an exception in connect or in a constructor refuses with 500") {
  Bench bench(conduct_entry);
  for (const char* path : {"/throw", "/throw-int"}) {
    const Visitor& visitor = bench.visit({.path = path});
    CHECK(visitor.stage == Stage::rejected);
    CHECK(visitor.http_status == 500);
  }
  CHECK(logged(bench, "connect threw: no luck"));
  CHECK(living_consumers() == 0);

  Bench hasty(hasty_entry);
  CHECK(hasty.visit().http_status == 500);
  CHECK(logged(hasty, "not in its constructor"));
}

TEST_CASE("the scope says what the handshake said, during connect only") {
  Bench bench(conduct_entry);
  const Visitor& ada = bench.visit({.path = "/scope",
                                    .query_string = "a=1",
                                    .username = "ada",
                                    .headers = {{"host", "one"}, {"host", "two"}}});
  CHECK(heard(ada) == Texts{"ada a=1 one -"});
  CHECK(heard(bench.visit({.path = "/scope"})) == Texts{"anonymous  - -"});

  CHECK(heard(bench.visit({.path = "/capture", .captures = {{"room", "blue"}}})) == Texts{"blue"});
  CHECK(bench.visit({.path = "/capture"}).http_status == 500);
  CHECK(logged(bench, "captured no \"room\""));

  Visitor& late = bench.visit();
  late.says("scope");
  CHECK(late.closing->code == 1011);
}

TEST_CASE("an exception in a callback closes with 1011, and disconnect still comes") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit();
  visitor.says("throw");
  CHECK(visitor.closing->code == 1011);
  CHECK(logged(bench, "receive threw: as told"));
  CHECK_FALSE(logged(bench, "left"));
  visitor.leaves(1011);
  CHECK(logged(bench, "left 1011"));
  CHECK(living_consumers() == 0);
}

TEST_CASE("nothing reaches a consumer between its failure and disconnect") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit();
  visitor.says("join");
  visitor.says("post");
  visitor.says("say");
  visitor.says("throw");
  visitor.stage = Stage::open;  // a runtime that still delivers
  visitor.closing.reset();
  visitor.has_room();
  bench.settle();
  CHECK(heard(visitor) == Texts{});
}

TEST_CASE("an exception in disconnect is logged and the object destroyed") {
  Bench bench(conduct_entry);
  bench.visit().leaves(1000, "throw");
  CHECK(logged(bench, "disconnect threw: at the end"));
  CHECK(living_consumers() == 0);
}

TEST_CASE("disconnect gets the code, and the object ends after it") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit();
  CHECK(living_consumers() == 1);
  visitor.leaves(3001, "bye");
  CHECK(logged(bench, "left 3001 bye"));
  CHECK(living_consumers() == 0);
}

TEST_CASE("a pending visitor who leaves is disconnected once") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit({.path = "/undecided"});
  visitor.leaves(1006);
  visitor.leaves(1006);
  CHECK(bench.log.size() == 1);
  CHECK(living_consumers() == 0);
}

TEST_CASE("binary messages close a consumer of text") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit();
  visitor.says_binary("x");
  CHECK(visitor.closing->code == 1003);
}

TEST_CASE("events reach the handler of their type") {
  Bench bench(conduct_entry);
  Visitor& one = bench.visit();
  Visitor& other = bench.visit();
  one.says("join");
  other.says("join");
  one.says("say");
  CHECK(heard(one).empty());
  bench.settle();
  CHECK(heard(one) == Texts{"hi"});
  CHECK(heard(other) == Texts{"hi"});

  one.says("whisper");
  bench.settle();
  CHECK(heard(one) == Texts{"hi", "psst"});
  CHECK(heard(other) == Texts{"hi"});
}

TEST_CASE("an event of an unknown type or without its field is logged and skipped") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit();
  visitor.says("join");
  visitor.says("odd");
  visitor.says("bare");
  visitor.says("say");
  bench.settle();
  CHECK(logged(bench, "room.odd"));
  CHECK(logged(bench, "has no \"text\""));
  CHECK(heard(visitor) == Texts{"hi"});
  CHECK(visitor.stage == Stage::open);
}

TEST_CASE("an exception in an event handler ends its own connection only") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit();
  visitor.says("join");
  bench.publish("room", "room.said", {{"text", "throw"}});
  bench.settle();
  CHECK(visitor.closing->code == 1011);
  CHECK(bench.visit().stage == Stage::open);
}

TEST_CASE("posted work runs later, and not for a consumer that is gone") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit();
  visitor.says("post");
  CHECK(heard(visitor).empty());
  bench.settle();
  CHECK(heard(visitor) == Texts{"posted"});

  visitor.says("post");
  visitor.leaves();
  bench.settle();
  CHECK(heard(visitor) == Texts{"posted"});

  Visitor& failing = bench.visit();
  failing.says("post throw");
  bench.settle();
  CHECK(failing.closing->code == 1011);

  bench.visit().says("orphan");
  bench.settle();
  CHECK(logged(bench, "posted work threw: nobody's"));
}

TEST_CASE("results of the host come back") {
  Bench bench(conduct_entry);
  Visitor& visitor = bench.visit();
  visitor.says("accept again");
  visitor.says("name");
  CHECK(heard(visitor) == Texts{std::to_string(WHARF_INVALID), "bench!1"});
  visitor.has_room();
  CHECK(heard(visitor).back() == "drained");
  visitor.says("log");
  CHECK(bench.log.back().connection == visitor.connection);
  CHECK(bench.log.back().level == WHARF_INFO);
  visitor.says("close");
  CHECK(visitor.closing->code == 1000);
}

TEST_CASE("a route's state is made once, and outlives its connections") {
  {
    Bench bench(settings_entry, "hey");
    CHECK(living_settings() == 1);
    CHECK(heard(bench.visit()) == Texts{"hey 1"});
    CHECK(heard(bench.visit()) == Texts{"hey 2"});
  }
  CHECK(living_settings() == 0);
}

TEST_CASE("a route's state refuses a config") {
  const Bench refused(settings_entry, "refuse");
  CHECK(refused.refusal->pointer == "/greeting");
  CHECK(refused.refusal->why == "must be friendly");
  const Bench thrown(settings_entry, "throw");
  CHECK(thrown.refusal->pointer.empty());
  CHECK(thrown.refusal->why == "unreadable");
  const Bench odd(settings_entry, "throw int");
  CHECK(odd.refusal.has_value());
  CHECK(living_settings() == 0);
}

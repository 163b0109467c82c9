#include "layer/redis/backlog.h"

#include <doctest/doctest.h>

using wharf::layer::redis::Backlog;
using namespace std::chrono_literals;

TEST_CASE("a backlog takes what it has room for, and a single event of any size") {
  Backlog backlog(100);
  Backlog::Ticket first = backlog.take(60);
  REQUIRE(first != nullptr);
  CHECK(backlog.take(41) == nullptr);
  Backlog::Ticket second = backlog.take(40);
  CHECK(second != nullptr);
  first.reset();
  CHECK(backlog.take(61) == nullptr);
  second.reset();
  CHECK(backlog.take(1000) != nullptr);
}

TEST_CASE("it is empty when the last copy of each ticket is gone") {
  Backlog backlog(100);
  CHECK(backlog.wait_until_empty(0ms));
  Backlog::Ticket ticket = backlog.take(1);
  Backlog::Ticket copy = ticket;
  ticket.reset();
  CHECK_FALSE(backlog.wait_until_empty(1ms));
  copy.reset();
  CHECK(backlog.wait_until_empty(0ms));
}

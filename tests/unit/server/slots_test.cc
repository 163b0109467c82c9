#include "server/slots.h"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

using namespace wharf::server;

namespace {
Connection* fake(uintptr_t number) { return reinterpret_cast<Connection*>(number); }
}  // namespace

TEST_CASE("a number names its connection until it is released, and nobody ever after") {
  Slots slots(5);
  std::set<wharf_connection> seen;
  for (uintptr_t i = 1; i <= 5000; ++i) {
    wharf_connection number = slots.acquire(fake(i), 100);
    REQUIRE(number != 0);
    CHECK(seen.insert(number).second);
    CHECK(Slots::worker_of(number) == 5);
    CHECK(slots.find(number) == fake(i));
    slots.release(number);
    CHECK(slots.find(number) == nullptr);
  }
  CHECK(slots.all().empty());
}

TEST_CASE("numbers that were never given name nobody") {
  Slots slots(0);
  slots.acquire(fake(1), 1);
  CHECK(slots.peek(0) == nullptr);
  CHECK(slots.peek(~0ull) == nullptr);
  CHECK(slots.peek(1ull << 32 | 77) == nullptr);
  CHECK(slots.peek(1ull << 32 | (Slots::max_slots - 1)) == nullptr);
}

TEST_CASE("stale numbers are harmless from other threads while slots live and die") {
  Slots slots(0);
  std::atomic<wharf_connection> latest{0};
  std::atomic<bool> done{false};
  std::atomic<uint64_t> alive{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done.load()) {
        if (Slot* slot = slots.peek(latest.load())) {
          slot->promised.fetch_add(1);
          slot->promised.fetch_sub(1);
          alive.fetch_add(1);
        }
      }
    });
  }
  // Bounded by what the readers have seen, so that the test proves something on one core, too.
  for (uintptr_t i = 1; i < 200000 || (alive.load() == 0 && i < 100000000); ++i) {
    wharf_connection number = slots.acquire(fake(i), 1);
    latest.store(number);
    slots.release(number);
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  CHECK(alive.load() > 0);
}

#include "server/rx_arena.h"

#include <doctest/doctest.h>

#include <cstring>
#include <set>
#include <vector>

using wharf::server::RxArena;

TEST_CASE("slots are distinct, reusable, zero after release, and end with the arena") {
  RxArena arena(10000, 8);
  std::set<void*> slots;
  for (int i = 0; i < 8; ++i) {
    void* slot = arena.allocate(10000);
    REQUIRE(slot != nullptr);
    CHECK(arena.owns(slot));
    std::memset(slot, 0xee, 10000);
    CHECK(slots.insert(slot).second);
  }
  CHECK(arena.allocate(10000) == nullptr);
  arena.release(*slots.begin());
  char* again = static_cast<char*>(arena.allocate(1));
  CHECK(again == *slots.begin());
  CHECK(again[0] == 0);
  CHECK(arena.allocate(1 << 20) == nullptr);
  int elsewhere = 0;
  CHECK_FALSE(arena.owns(&elsewhere));
}

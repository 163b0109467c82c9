#include "terminal/coalescer.h"

#include <doctest/doctest.h>

using namespace wharf_paramiko::terminal;
using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST_CASE("the first bytes after a silence go at once, the next ones together") {
  Coalescer coalescer(milliseconds(2), 64 << 10);
  Coalescer::Clock::time_point now{milliseconds(1000)};
  CHECK(coalescer.wait(now, 1) == milliseconds(0));
  coalescer.sent(now);
  now += microseconds(500);
  CHECK(coalescer.wait(now, 1) == microseconds(1500));
  CHECK(coalescer.wait(now, (64 << 10) - 1) == microseconds(1500));
  CHECK(coalescer.wait(now, 64 << 10) == milliseconds(0));
  now += microseconds(1500);
  CHECK(coalescer.wait(now, 1) == milliseconds(0));
  coalescer.sent(now);
  CHECK(coalescer.wait(now, 1) == milliseconds(2));
  CHECK(coalescer.wait(now + milliseconds(500), 1) == milliseconds(0));
}

TEST_CASE("without a delay everything goes at once") {
  Coalescer coalescer(milliseconds(0), 64 << 10);
  Coalescer::Clock::time_point now{};
  coalescer.sent(now);
  CHECK(coalescer.wait(now, 1) == milliseconds(0));
}

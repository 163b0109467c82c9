#include "terminal/output_ring.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace wharf_paramiko::terminal;

namespace {

std::string all_of(const OutputRing& ring, uint64_t from, size_t piece) {
  std::string text;
  while (from + text.size() < ring.end()) {
    std::string_view part = ring.from(from + text.size(), piece);
    REQUIRE(!part.empty());
    REQUIRE(part.size() <= piece);
    text += part;
  }
  return text;
}

}  // namespace

TEST_CASE("the last bytes stay, with their offsets") {
  OutputRing ring(8);
  CHECK(ring.begin() == 0);
  CHECK(ring.end() == 0);
  CHECK(ring.from(0, 10).empty());
  ring.append("abcde");
  CHECK(all_of(ring, 0, 100) == "abcde");
  CHECK(all_of(ring, 2, 2) == "cde");
  ring.append("fghij");
  CHECK(ring.begin() == 2);
  CHECK(ring.end() == 10);
  CHECK(all_of(ring, 2, 100) == "cdefghij");
  ring.append("");
  CHECK(ring.end() == 10);
}

TEST_CASE("more than fits leaves its end") {
  OutputRing ring(4);
  ring.append("abc");
  ring.append("0123456789");
  CHECK(ring.begin() == 9);
  CHECK(ring.end() == 13);
  CHECK(all_of(ring, 9, 100) == "6789");
  ring.append("x");
  CHECK(all_of(ring, 10, 100) == "789x");
}

TEST_CASE("it holds what was put in, whatever the sizes") {
  std::mt19937 random(3);  // NOLINT: the same cases every time
  for (size_t capacity : {1, 7, 4096, 5000, 20'000}) {
    OutputRing ring(capacity);
    std::string all;
    for (int round = 0; round < 300; ++round) {
      std::string bytes;
      for (size_t i = random() % (capacity / 3 + 2); i > 0; --i) bytes += static_cast<char>(random());
      ring.append(bytes);
      all += bytes;
      REQUIRE(ring.end() == all.size());
      REQUIRE(ring.end() - ring.begin() == std::min(all.size(), capacity));
      REQUIRE(all_of(ring, ring.begin(), random() % 1000 + 1) == all.substr(ring.begin()));
    }
  }
}

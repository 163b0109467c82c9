#include "terminal/output_reader.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace wharf_paramiko::terminal;

namespace {

// Sends all that may be sent.
std::string send(OutputReader& reader, size_t most = SIZE_MAX) {
  std::string text;
  for (Chunk chunk = reader.next(most); !chunk.bytes.empty(); chunk = reader.next(most)) {
    text += chunk.bytes;
    reader.sent(chunk.bytes.size());
  }
  return text;
}

}  // namespace

TEST_CASE("a reader gets what its window allows, and more after an ack") {
  OutputRing ring(100);
  OutputReader reader(ring, 4, 0);
  CHECK(reader.next(100).bytes.empty());
  ring.append("abcdefghij");
  CHECK(reader.waiting() == 10);
  CHECK(reader.next(2).bytes == "ab");
  CHECK(send(reader) == "abcd");
  CHECK(reader.credit() == 0);
  CHECK(reader.ack(3));
  CHECK(reader.credit() == 3);
  CHECK(send(reader) == "efg");
  CHECK(reader.ack(2));  // late, and nothing new
  CHECK(reader.acknowledged() == 3);
  CHECK(!reader.ack(8));  // nobody sent that much
  CHECK(reader.ack(7));
  CHECK(send(reader) == "hij");
  CHECK(reader.waiting() == 0);
}

TEST_CASE("a reader begins at the nearest byte that is there") {
  OutputRing ring(4);
  ring.append("abcdefgh");
  CHECK(OutputReader(ring, 9, 0).position() == 4);
  CHECK(OutputReader(ring, 9, 6).position() == 6);
  CHECK(OutputReader(ring, 9, 99).position() == 8);
}

TEST_CASE("a viewer that is too slow is moved on and told how much it lost, until that is sent") {
  const size_t capacity = 128 << 10;
  OutputRing ring(capacity);
  OutputReader viewer(ring, 1000, 0);
  ring.append(std::string(2000, 'a'));
  CHECK(send(viewer) == std::string(1000, 'a'));
  ring.append(std::string(capacity, 'b'));
  CHECK(viewer.next(100).bytes.empty());  // no credit
  CHECK(viewer.ack(990));
  const uint64_t from = ring.end() - (64 << 10);
  for (int i = 0; i < 2; ++i) {
    Chunk chunk = viewer.next(100);
    CHECK(chunk.from == from);
    CHECK(chunk.lost == from - 1000);
    CHECK(chunk.bytes == std::string(100, 'b'));
  }
  viewer.sent(100);
  CHECK(viewer.next(100).lost == 0);
  // What was on the way before still counts, and an ack of the new bytes settles it.
  CHECK(viewer.credit() == 1000 - 10 - 100);
  CHECK(viewer.ack(1000));
  CHECK(viewer.credit() == 1000 - 10 - 100);
  CHECK(viewer.ack(from + 100));
  CHECK(viewer.credit() == 1000);
}

TEST_CASE("no more is read from SSH than the owner may be sent") {
  OutputRing ring(100);
  OutputOwner owner(ring, 10);
  CHECK(owner.room() == 10);
  ring.append("abcdef");
  CHECK(owner.room() == 4);
  CHECK(send(owner.reader()) == "abcdef");
  CHECK(owner.room() == 4);
  ring.append("ghij");
  CHECK(owner.room() == 0);
  CHECK(owner.reader().ack(6));
  CHECK(owner.room() == 6);
}

TEST_CASE("a window larger than the ring does not make it lose what is on the way") {
  OutputRing ring(8);
  OutputOwner owner(ring, 1000);
  CHECK(owner.room() == 8);
  ring.append("abcdefgh");
  CHECK(send(owner.reader()) == "abcdefgh");
  CHECK(owner.room() == 0);
  CHECK(owner.reader().ack(5));
  CHECK(owner.room() == 5);
}

TEST_CASE("while the owner is away the ring fills, and then SSH waits") {
  OutputRing ring(20);
  OutputOwner owner(ring, 10);
  ring.append("0123456789");
  CHECK(send(owner.reader()) == "0123456789");
  CHECK(owner.reader().ack(4));
  owner.detach();
  CHECK(!owner.attached());
  CHECK(owner.room() == 14);
  ring.append(std::string(14, 'x'));
  CHECK(owner.room() == 0);
  // It comes back with more than it had acknowledged, and goes on at that byte.
  OutputOwner::Attached attached = owner.attach(7, 10);
  CHECK(attached.from == 7);
  CHECK(!attached.truncated);
  CHECK(send(owner.reader()) == "789" + std::string(7, 'x'));
  CHECK(owner.room() == 0);
}

TEST_CASE("a page that has nothing gets all that is there") {
  OutputRing ring(10);
  OutputOwner owner(ring, 100);
  ring.append("abcdef");
  send(owner.reader());
  CHECK(owner.reader().ack(6));
  CHECK(!owner.attach(0, 100).truncated);
  CHECK(send(owner.reader()) == "abcdef");
  CHECK(owner.reader().ack(6));
  ring.append("0123456789");
  send(owner.reader());
  OutputOwner::Attached attached = owner.attach(0, 100);
  CHECK(attached.truncated);
  CHECK(attached.from == 6);
  CHECK(send(owner.reader()) == "0123456789");
}

TEST_CASE("a page that claims what it cannot have is not believed") {
  OutputRing ring(10);
  OutputOwner owner(ring, 100);
  ring.append("abcdef");
  OutputOwner::Attached attached = owner.attach(1000, 100);
  CHECK(attached.from == 0);
  CHECK(attached.truncated);
}

TEST_CASE("whatever breaks and comes back, the page has every byte once") {
  std::mt19937 random(11);  // NOLINT: the same cases every time
  for (uint64_t window : {50, 300}) {
    OutputRing ring(200);
    OutputOwner owner(ring, window);
    OutputReader viewer(ring, 30, 0);  // never acknowledges: it must not matter
    std::string produced;
    std::string page;
    std::string wire;
    for (int round = 0; round < 20'000; ++round) {
      switch (random() % 6) {
        case 0:
        case 1: {
          size_t size = std::min<size_t>(owner.room(), random() % 40);
          std::string bytes;
          for (size_t i = 0; i < size; ++i) bytes += static_cast<char>('a' + random() % 26);
          ring.append(bytes);
          produced += bytes;
          break;
        }
        case 2:
          if (owner.attached()) wire += send(owner.reader(), random() % 20 + 1);
          break;
        case 3: {
          size_t size = random() % (wire.size() + 1);
          page += wire.substr(0, size);
          wire.erase(0, size);
          break;
        }
        case 4:
          if (owner.attached()) REQUIRE(owner.reader().ack(page.size()));
          break;
        default:
          if (random() % 5 != 0) break;
          wire.clear();
          owner.detach();
          if (random() % 2 != 0) break;
          OutputOwner::Attached attached = owner.attach(page.size(), window);
          REQUIRE(!attached.truncated);
          REQUIRE(attached.from == page.size());
      }
      send(viewer);
      if (!owner.attached() && random() % 10 == 0) {
        REQUIRE(owner.attach(page.size(), window).from == page.size());
      }
      REQUIRE(produced.compare(0, page.size(), page) == 0);
    }
    CHECK(page.size() > 10'000);
  }
}

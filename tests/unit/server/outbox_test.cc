#include "server/outbox.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf::server;

TEST_CASE("what goes in comes out, in order, however much is taken at a time") {
  BufferPool pool;
  for (size_t at_a_time : {1u, 7u, 100u, 5000u}) {
    Outbox outbox;
    std::string in;
    std::string out;
    for (int i = 0; i < 300; ++i) {
      const std::string payload(static_cast<size_t>(i), static_cast<char>('a' + i % 26));
      outbox.append(pool, Opcode::Text, payload);
      in += i < 126 ? std::string{'\x81', static_cast<char>(i)}
                    : std::string{'\x81', '\x7e', static_cast<char>(i >> 8), static_cast<char>(i)};
      in += payload;
      const std::string_view taken = outbox.front().substr(0, at_a_time);
      out += taken;
      outbox.pop(pool, taken.size());
      CHECK(outbox.size() == in.size() - out.size());
    }
    out += outbox.front();
    CHECK((out == in));
    outbox.pop(pool, outbox.size());
    CHECK(outbox.empty());
  }
}

TEST_CASE("an empty outbox holds no buffer: the next one has it") {
  BufferPool pool;
  Outbox first;
  first.append(pool, "frame");
  const char* buffer = first.front().data();
  first.pop(pool, 5);
  Outbox second;
  second.append(pool, "other");
  CHECK(second.front().data() == buffer);
  CHECK(second.front() == "other");
}

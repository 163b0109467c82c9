#include "server/frame.h"

#include <doctest/doctest.h>

#include <string>

#include "server/close_code.h"
#include "server/outbox.h"

using namespace wharf::server;

namespace {

std::string header(Opcode opcode, uint64_t size) {
  uint8_t bytes[max_frame_header];
  size_t length = write_frame_header(bytes, opcode, size);
  return std::string(reinterpret_cast<char*>(bytes), length);
}

}  // namespace

TEST_CASE("frame headers have the three lengths of RFC 6455 section 5.2") {
  CHECK(header(Opcode::Text, 0) == std::string("\x81\x00", 2));
  CHECK(header(Opcode::Text, 125) == std::string("\x81\x7d", 2));
  CHECK(header(Opcode::Binary, 126) == std::string("\x82\x7e\x00\x7e", 4));
  CHECK(header(Opcode::Text, 65535) == std::string("\x81\x7e\xff\xff", 4));
  CHECK(header(Opcode::Text, 65536) == std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  CHECK(header(Opcode::Close, 2) == std::string("\x88\x02", 2));
  for (uint64_t size : {0u, 125u, 126u, 65535u, 65536u})
    CHECK(framed_size(size) == size + header(Opcode::Text, size).size());
}

TEST_CASE("close codes that may be sent are those of RFC 6455 section 7.4 and its registry") {
  for (uint32_t code : {1000u, 1001u, 1003u, 1007u, 1011u, 1012u, 1013u, 1014u, 3000u, 4999u})
    CHECK(may_be_sent(code));
  for (uint32_t code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 2999u, 5000u, 66536u})
    CHECK_FALSE(may_be_sent(code));
}

TEST_CASE("a peer's Close frame") {
  CHECK(read_close_payload("").status.code == close_code::none_given);
  CHECK(read_close_payload("").valid);
  CHECK_FALSE(read_close_payload("\x03").valid);
  PeerClose close = read_close_payload(close_payload(4321, "bye"));
  CHECK(close.valid);
  CHECK(close.status.code == 4321);
  CHECK(close.status.reason == "bye");
  CHECK_FALSE(read_close_payload(close_payload(5000, "")).valid);
  CHECK_FALSE(read_close_payload(close_payload(1000, "\xff")).valid);
}

TEST_CASE("an outbox gives out what was put in, in order, however it is taken") {
  BufferPool pool;
  Outbox outbox;
  CHECK(outbox.empty());
  std::string expected;
  std::string taken;
  for (int round = 0; round < 200; ++round) {
    std::string payload(static_cast<size_t>(round * 37), static_cast<char>('a' + round % 26));
    outbox.append(pool, Opcode::Text, payload);
    expected += header(Opcode::Text, payload.size()) + payload;
    size_t some = std::min<size_t>(outbox.size(), static_cast<size_t>(round * 31));
    taken += outbox.front().substr(0, some);
    outbox.pop(pool, some);
  }
  taken += outbox.front();
  outbox.pop(pool, outbox.size());
  CHECK(outbox.empty());
  CHECK(taken == expected);
}

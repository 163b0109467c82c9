#include "server/recent_frames.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf::server;

TEST_CASE("a message's frame is right whatever was framed before it") {
  RecentFrames frames;
  const std::string longest(RecentFrames::longest, 'x');
  for (int round = 0; round < 3; ++round) {
    CHECK(frames.of(WHARF_TEXT, "") == std::string_view("\x81\x00", 2));
    CHECK(frames.of(WHARF_BINARY, "") == std::string_view("\x82\x00", 2));
    CHECK(frames.of(WHARF_TEXT, "ab") ==
          "\x81\x02"
          "ab");
    CHECK(frames.of(WHARF_TEXT, "ac") ==
          "\x81\x02"
          "ac");
    CHECK(frames.of(WHARF_BINARY, "ab") ==
          "\x82\x02"
          "ab");
    CHECK(frames.of(WHARF_TEXT, longest) == "\x81\x7e\x04" + std::string(1, '\0') + longest);
  }
}

TEST_CASE("a text that is not UTF-8 has no frame, though the same bytes went out as binary") {
  RecentFrames frames;
  CHECK(frames.of(WHARF_BINARY, "\xff") == "\x82\x01\xff");
  CHECK(frames.of(WHARF_TEXT, "\xff").empty());
  CHECK(frames.of(WHARF_TEXT, "\xe6\x94") == "");
  CHECK(frames.of(WHARF_TEXT, "\xe6\x94\xb6") == "\x81\x03\xe6\x94\xb6");
}

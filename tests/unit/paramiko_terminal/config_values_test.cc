#include "terminal/config_values.h"

#include <doctest/doctest.h>

using namespace wharf_paramiko::terminal;
using std::chrono::milliseconds;

TEST_CASE("sizes are bytes or carry a binary unit, with a space or without") {
  CHECK(parse_size("0").value() == 0);
  CHECK(parse_size("1000").value() == 1000);
  CHECK(parse_size("256 KiB").value() == 262144);
  CHECK(parse_size("256KiB").value() == 262144);
  CHECK(parse_size("1 MiB").value() == 1048576);
  CHECK(parse_size("2GiB").value() == 2147483648);
  CHECK(parse_size("1 MB").error() ==
        "write a whole number and a unit of GiB, MiB, KiB, B, such as 64 KiB or 1 MiB");
  CHECK(parse_size("99999999999999999999").error() == "the number is too large");
  CHECK(parse_size("9999999999 GiB").error() == "the number is too large");
  for (const char* text : {"", " ", "-1", "MiB", "1 mib", "1.5 MiB", "1 MiB ", "0x10"}) {
    CHECK_MESSAGE(!parse_size(text), text);
  }
}

TEST_CASE("durations carry a unit, only 0 needs none") {
  CHECK(parse_duration("0").value() == milliseconds(0));
  CHECK(parse_duration("2ms").value() == milliseconds(2));
  CHECK(parse_duration("10 s").value() == milliseconds(10'000));
  CHECK(parse_duration("10s").value() == milliseconds(10'000));
  CHECK(parse_duration("30m").value() == milliseconds(1'800'000));
  CHECK(parse_duration("30 min").value() == milliseconds(1'800'000));
  CHECK(parse_duration("1 h").value() == milliseconds(3'600'000));
  CHECK(parse_duration("1 d").value() == milliseconds(86'400'000));
  CHECK(parse_duration("10").error() ==
        "write a whole number and a unit of d, h, min, m, s, ms, such as 200 ms or 20 s");
  CHECK(parse_duration("9999999999999999 d").error() == "the number is too large");
}

TEST_CASE("quantities are shown in their largest whole unit") {
  CHECK(show_size(512 << 10) == "512 KiB");
  CHECK(show_size(1) == "1 B");
  CHECK(show_size(0) == "0");
  CHECK(show_duration(milliseconds(1'800'000)) == "30 min");
}

TEST_CASE("the nearest spelling is suggested when it is near") {
  const std::vector<std::string> keys = {"target", "timeouts", "allow"};
  CHECK(suggest("taregt", keys) == "did you mean `target`?");
  CHECK(suggest("timeout", keys) == "did you mean `timeouts`?");
  CHECK(suggest("colour", keys) == "write one of `target`, `timeouts`, `allow`");
  CHECK(suggest(std::string(100'000, 'x'), keys) == "write one of `target`, `timeouts`, `allow`");
}

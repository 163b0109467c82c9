#include "config/units.h"

#include <doctest/doctest.h>

#include "config/suggest.h"

using namespace wharf::config;
using std::chrono::milliseconds;

TEST_CASE("sizes are numbers of bytes or carry a binary unit") {
  CHECK(parse_size("0").value() == 0);
  CHECK(parse_size("1000").value() == 1000);
  CHECK(parse_size("1000 B").value() == 1000);
  CHECK(parse_size("64 KiB").value() == 65536);
  CHECK(parse_size("64KiB").value() == 65536);
  CHECK(parse_size("1 MiB").value() == 1048576);
  CHECK(parse_size("2 GiB").value() == 2147483648);
}

TEST_CASE("what is no size says how to write one") {
  CHECK(parse_size("1 MB").error().text == "the units are GiB, MiB, KiB, B: write it like 64 KiB or 1 MiB");
  CHECK(parse_size("1.5 MiB").error().text ==
        "write a whole number of a smaller unit, such as 64 KiB or 1 MiB");
  CHECK(parse_size("99999999999999999999").error().text == "the number is too large");
  CHECK(parse_size("9999999999 GiB").error().text == "the number is too large");
  CHECK(parse_size("18446744073709551615").error().text == "the number is too large");
  for (const char* text : {"", " ", "-1", "+1", "MiB", "1 mib", "1 MiB ", "1 MiB x", "0x10", "1_000"}) {
    CHECK_MESSAGE(!parse_size(text), text);
  }
}

TEST_CASE("durations carry a unit, only 0 needs none") {
  CHECK(parse_duration("0").value() == milliseconds(0));
  CHECK(parse_duration("0 s").value() == milliseconds(0));
  CHECK(parse_duration("200 ms").value() == milliseconds(200));
  CHECK(parse_duration("20 s").value() == milliseconds(20'000));
  CHECK(parse_duration("20s").value() == milliseconds(20'000));
  CHECK(parse_duration("5 min").value() == milliseconds(300'000));
  CHECK(parse_duration("1 h").value() == milliseconds(3'600'000));
  CHECK(parse_duration("1 d").value() == milliseconds(86'400'000));
  CHECK(parse_duration("20").error().text == "add the unit: 20 s or 20 ms");
  CHECK(parse_duration("9999999999999999 d").error().text == "the number is too large");
  for (const char* text : {"", "-1 s", "1.5 s", "1 m", "1 sec", "1 s 5 ms"})
    CHECK_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("quantities are shown in their largest whole unit") {
  CHECK(show_size(1 << 20) == "1 MiB");
  CHECK(show_size(1536) == "1536 B");
  CHECK(show_size(0) == "0");
  CHECK(show_duration(milliseconds(20'000)) == "20 s");
  CHECK(show_duration(milliseconds(1'500)) == "1500 ms");
}

TEST_CASE("the nearest spelling is suggested when it is near") {
  const std::vector<std::string> keys = {"consumer", "config", "limits", "path", "url"};
  CHECK(nearest("limts", keys) == "limits");
  CHECK(nearest("limtis", keys) == "limits");
  CHECK(nearest("Limits", keys) == "limits");
  CHECK(nearest("consumers", keys) == "consumer");
  CHECK(nearest("ulr", keys) == "url");
  CHECK(nearest("configuration", keys) == std::nullopt);
  CHECK(nearest("x", keys) == std::nullopt);
  CHECK(nearest(std::string(100'000, 'l'), keys) == std::nullopt);
  CHECK(suggest("pth", keys) == "did you mean `path`?");
  CHECK(suggest("backend", keys) == "write one of `consumer`, `config`, `limits`, `path`, `url`");
}

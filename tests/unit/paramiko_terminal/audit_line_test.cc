#include "terminal/audit_line.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

using namespace wharf_paramiko::terminal;

TEST_CASE("a line has its time, its event and its fields, in this order") {
  const std::chrono::system_clock::time_point at(std::chrono::milliseconds(1'700'000'000'007));
  CHECK(audit_line("connect", at, {{"host", "a.example"}, {"port", 22}, {"ok", true}}) ==
        R"({"time":"2023-11-14T22:13:20.007Z","event":"connect","host":"a.example","port":22,"ok":true})");
  CHECK(audit_line("end", std::nullopt, {}) == R"({"event":"end"})");
}

TEST_CASE("a text is one value, whatever is in it") {
  const std::string text = "x\"\n{\"event\":\"exit\"}\r\x1b[2J\u2028\u202e\xff";
  const std::string line = audit_line("connect", std::nullopt, {{"user", text}});
  for (const char c : line) CHECK((c >= ' ' && c < 0x7f));
  CHECK(nlohmann::json::parse(line).size() == 2);
  CHECK(nlohmann::json::parse(line)["user"] == "x\"\n{\"event\":\"exit\"}\r\x1b[2J\u2028\u202e\ufffd");
}

TEST_CASE("a long text is cut") {
  const std::string line = audit_line("failed", std::nullopt, {{"why", std::string(9000, 'x')}});
  CHECK(line.size() < 4200);
}

#include "terminal/utf8_stream.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace wharf_paramiko::terminal;
using namespace std::string_literals;

namespace {

// All at once, and in every way of two cuts.
std::string decode(std::string_view bytes) {
  std::string whole;
  Utf8Stream stream;
  stream.decode(bytes, whole);
  CHECK(stream.held() <= 3);
  stream.finish(whole);
  for (size_t first = 0; first <= bytes.size(); ++first) {
    for (size_t second = first; second <= bytes.size(); ++second) {
      std::string text;
      Utf8Stream pieces;
      pieces.decode(bytes.substr(0, first), text);
      pieces.decode(bytes.substr(first, second - first), text);
      pieces.decode(bytes.substr(second), text);
      CHECK(pieces.held() <= 3);
      pieces.finish(text);
      REQUIRE_MESSAGE(text == whole, "cut at " << first << " and " << second);
    }
  }
  return whole;
}

const std::string bad = "\xef\xbf\xbd";

}  // namespace

TEST_CASE("valid text stays what it is, wherever it is cut") {
  const std::string text = "plain ASCII, é, 漢字, 😀, \x1b[31m\r\n\0 and \xef\xbf\xbd"s;
  CHECK(decode(text) == text);
  // The first and the last of each length, and beside the surrogates.
  const std::string edges =
      "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf";
  CHECK(decode(edges) == edges);
}

TEST_CASE("each byte that belongs to no character becomes U+FFFD") {
  CHECK(decode("a\x80z") == "a" + bad + "z");
  CHECK(decode("\xff\xfe") == bad + bad);
  CHECK(decode("\xe6\xbcz") == bad + bad + "z");
  CHECK(decode("\xe6\xbc\xe6\xbc\xa2") == bad + bad + "漢");
  CHECK(decode("\xf0\x9f\x98\xc3\xa9") == bad + bad + bad + "é");
  CHECK(decode("\xc0\xaf") == bad + bad);            // overlong
  CHECK(decode("\xe0\x9f\xbf") == bad + bad + bad);  // overlong
  CHECK(decode("\xed\xa0\x80") == bad + bad + bad);  // a surrogate
  CHECK(decode("\xf4\x90\x80\x80") == bad + bad + bad + bad);
  CHECK(decode("\xf5\x80") == bad + bad);
}

TEST_CASE("what is cut at the end waits, and is wrong when nothing follows") {
  Utf8Stream stream;
  std::string text;
  stream.decode("x\xf0\x9f\x98", text);
  CHECK(text == "x");
  CHECK(stream.held() == 3);
  stream.decode("", text);
  stream.decode("\x80y", text);
  CHECK(text == "x\xf0\x9f\x98\x80y");
  CHECK(stream.held() == 0);
  stream.decode("\xe6\xbc", text);
  stream.finish(text);
  CHECK(text == "x\xf0\x9f\x98\x80y" + bad + bad);
  CHECK(stream.held() == 0);
}

TEST_CASE("random bytes come out the same however they are cut") {
  std::mt19937 random(7);  // NOLINT: the same cases every time
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    for (int i = 0; i < 24; ++i) {
      static const std::string pool = "a\x80\xbf\xc3\xe0\xe6\xed\xf0\xf4\xff\x9f\xa0\x90"s;
      bytes += pool[random() % pool.size()];
    }
    std::string whole;
    Utf8Stream once;
    once.decode(bytes, whole);
    once.finish(whole);
    std::string text;
    Utf8Stream stream;
    for (size_t at = 0; at < bytes.size();) {
      size_t size = random() % 5;
      stream.decode(std::string_view(bytes).substr(at, size), text);
      at += size;
    }
    stream.finish(text);
    REQUIRE(text == whole);
    // It is valid: a second pass changes nothing.
    std::string again;
    Utf8Stream second;
    second.decode(text, again);
    second.finish(again);
    REQUIRE(again == text);
  }
}

#include "server/utf8.h"

#include <doctest/doctest.h>

#include <string>

using wharf::server::is_utf8;
using wharf::server::replace_ill_formed;
using wharf::server::Utf8Validator;

namespace {

// Every code point that text may hold, and the neighbours of every bound.
std::string encode(uint32_t point) {
  std::string out;
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  }
  return out;
}

}  // namespace

TEST_CASE("every code point but the surrogates is text, whole and byte by byte") {
  for (uint32_t point = 0; point <= 0x10ffff; ++point) {
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    std::string text = encode(point);
    if (is_utf8(text) == surrogate) FAIL("code point ", point);
    Utf8Validator validator;
    bool ok = true;
    for (char byte : text) ok = ok && validator.feed(std::string_view(&byte, 1));
    if ((ok && validator.complete()) == surrogate) FAIL("code point ", point, " byte by byte");
  }
}

TEST_CASE("what is no text is refused at its first impossible byte") {
  const std::string_view refused[] = {
      "\x80",
      "\xbf",
      "\xc0\x80",
      "\xc1\xbf",
      "\xe0\x80",
      "\xe0\x9f\xbf",
      "\xed\xa0\x80",
      "\xf0\x80",
      "\xf0\x8f",
      "\xf4\x90",
      "\xf5",
      "\xff",
      "plain text \xff",
      "12345678\xc3(",
      "\xe4\xbdx",
      "\xf0\x9f\x8c\x20",
      "\xc3\xc3",
  };
  for (std::string_view text : refused) {
    CAPTURE(std::string(text));
    Utf8Validator validator;
    CHECK_FALSE(validator.feed(text));
  }
}

TEST_CASE("a character that is cut off may still become one, and is not complete") {
  for (std::string_view text : {"\xc3", "\xe4\xbd", "\xf0\x9f\x8c"}) {
    Utf8Validator validator;
    CHECK(validator.feed(text));
    CHECK_FALSE(validator.complete());
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("ill-formed sequences become U+FFFD as Python replaces them") {
  CHECK(replace_ill_formed("plain") == "plain");
  CHECK(replace_ill_formed("é\xffz") == "é\xef\xbf\xbdz");
  CHECK(replace_ill_formed("\xe4\xbd") == "\xef\xbf\xbd");
  CHECK(replace_ill_formed("\xe4\xbdx") == "\xef\xbf\xbdx");
  CHECK(replace_ill_formed("\xe4\xe4\xbd\xa0") == "\xef\xbf\xbd\xe4\xbd\xa0");
  CHECK(replace_ill_formed("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

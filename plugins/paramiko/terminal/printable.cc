// SPDX-License-Identifier: MIT
#include "terminal/printable.h"

#include "terminal/utf8_stream.h"

namespace wharf_paramiko::terminal {

namespace {

size_t length_of(char lead) {
  unsigned char byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

bool is_between(std::string_view character, std::string_view first, std::string_view last) {
  return character >= first && character <= last;
}

bool does_something(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7f;
  return is_between(character, "\xc2\x80", "\xc2\x9f") ||          // C1
         is_between(character, "\xe2\x80\xaa", "\xe2\x80\xae") ||  // U+202A to U+202E
         is_between(character, "\xe2\x81\xa6", "\xe2\x81\xa9");    // U+2066 to U+2069
}

std::string without_control(std::string_view text, size_t most, std::string_view line_end) {
  std::string valid;
  Utf8Stream stream;
  stream.decode(text, valid);
  stream.finish(valid);
  std::string out;
  std::string_view rest = valid;
  char before = 0;
  while (!rest.empty()) {
    std::string_view character = rest.substr(0, length_of(rest[0]));
    rest.remove_prefix(character.size());
    char c = character[0];
    std::string_view put = character;
    if (c == '\r' || (c == '\n' && before != '\r')) {
      put = line_end;
    } else if (c == '\t') {
      put = " ";
    } else if (does_something(character)) {
      put = {};
    }
    before = c;
    if (out.size() + put.size() > most) break;
    out += put;
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text, size_t most) { return without_control(text, most, "\r\n"); }

std::string printable_line(std::string_view text, size_t most) { return without_control(text, most, " "); }

}  // namespace wharf_paramiko::terminal

// UTF-8 that arrives in pieces (RFC 3629). simdjson looks at whole characters; the edges of the pieces are
// written by hand, because a WebSocket message must be refused at its first bad byte, in whatever chunk that
// byte comes, and the libraries at hand validate whole texts only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wharf::server {

// The state between two chunks is four bytes, so a connection can afford one.
class Utf8Validator {
 public:
  // False as soon as no continuation could make the text valid.
  bool feed(std::string_view chunk);
  // Whether the text so far ends at the end of a character.
  bool complete() const { return missing_ == 0; }
  void reset() { *this = Utf8Validator(); }

 private:
  bool begin(uint8_t lead);
  bool next(uint8_t byte);

  uint8_t missing_ = 0;    // continuation bytes that the current character still needs
  uint8_t lowest_ = 0x80;  // bounds of the next one: they exclude overlong forms, surrogates and > U+10FFFF
  uint8_t highest_ = 0xbf;
};

bool is_utf8(std::string_view text);

// A copy in which every ill-formed sequence is U+FFFD, as Python's errors="replace" does.
std::string replace_ill_formed(std::string_view bytes);

}  // namespace wharf::server

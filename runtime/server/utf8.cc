#include "server/utf8.h"

#include <cstring>

namespace wharf::server {

bool Utf8Validator::begin(uint8_t lead) {
  lowest_ = 0x80;
  highest_ = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    missing_ = 1;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    missing_ = 2;
    if (lead == 0xe0) lowest_ = 0xa0;
    if (lead == 0xed) highest_ = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    missing_ = 3;
    if (lead == 0xf0) lowest_ = 0x90;
    if (lead == 0xf4) highest_ = 0x8f;
  } else {
    return false;
  }
  return true;
}

bool Utf8Validator::feed(std::string_view chunk) {
  const char* at = chunk.data();
  const char* end = at + chunk.size();
  while (at < end) {
    if (missing_ == 0) {
      // Most text is ASCII: eight bytes at a time while no high bit is set.
      uint64_t word = 0;
      while (end - at >= 8) {
        std::memcpy(&word, at, 8);
        if ((word & 0x8080808080808080u) != 0) break;
        at += 8;
      }
      if (at == end) break;
    }
    uint8_t byte = static_cast<uint8_t>(*at++);
    if (missing_ == 0) {
      if (byte >= 0x80 && !begin(byte)) return false;
    } else {
      if (byte < lowest_ || byte > highest_) return false;
      lowest_ = 0x80;
      highest_ = 0xbf;
      --missing_;
    }
  }
  return true;
}

bool is_utf8(std::string_view text) {
  Utf8Validator validator;
  return validator.feed(text) && validator.complete();
}

std::string replace_ill_formed(std::string_view bytes) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string out;
  out.reserve(bytes.size());
  size_t start = 0;  // of the character being read
  Utf8Validator validator;
  for (size_t i = 0; i < bytes.size();) {
    if (!validator.feed(bytes.substr(i, 1))) {
      out += replacement;
      // The byte that broke a started character may itself start the next one.
      if (start == i) ++i;
      start = i;
      validator.reset();
      continue;
    }
    ++i;
    if (validator.complete()) {
      out += bytes.substr(start, i - start);
      start = i;
    }
  }
  if (!validator.complete()) out += replacement;
  return out;
}

}  // namespace wharf::server

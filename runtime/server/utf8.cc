#include "server/utf8.h"

#include <simdjson.h>

#include <algorithm>

namespace wharf::server {

namespace {

// How many bytes the text has without the character at its end that lacks some of its own.
size_t whole_characters(std::string_view text) {
  for (size_t back = 1; back <= std::min<size_t>(text.size(), 3); ++back) {
    const uint8_t byte = static_cast<uint8_t>(text[text.size() - back]);
    if ((byte & 0xc0) == 0x80) continue;
    const size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

}  // namespace

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

bool Utf8Validator::next(uint8_t byte) {
  if (missing_ == 0) return byte < 0x80 || begin(byte);
  if (byte < lowest_ || byte > highest_) return false;
  lowest_ = 0x80;
  highest_ = 0xbf;
  --missing_;
  return true;
}

bool Utf8Validator::feed(std::string_view chunk) {
  for (; missing_ > 0 && !chunk.empty(); chunk.remove_prefix(1)) {
    if (!next(static_cast<uint8_t>(chunk.front()))) return false;
  }
  const size_t whole = whole_characters(chunk);
  if (!is_utf8(chunk.substr(0, whole))) return false;
  const std::string_view begun = chunk.substr(whole);
  return std::all_of(begun.begin(), begun.end(),
                     [this](char byte) { return next(static_cast<uint8_t>(byte)); });
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text); }

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

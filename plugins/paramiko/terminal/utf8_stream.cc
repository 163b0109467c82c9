// SPDX-License-Identifier: MIT
#include "terminal/utf8_stream.h"

#include <cstdint>
#include <cstring>

namespace wharf_paramiko::terminal {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

// What stands at the beginning of some bytes: a character of `length` bytes, or the beginning of one (Cut),
// or a byte of none (Wrong).
struct Character {
  enum class Kind { Whole, Cut, Wrong };
  Kind kind;
  size_t length;
};

Character wrong() { return {Character::Kind::Wrong, 1}; }

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. `bytes` is not empty.
Character first(std::string_view bytes) {
  uint8_t lead = static_cast<uint8_t>(bytes[0]);
  if (lead < 0x80) return {Character::Kind::Whole, 1};
  size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  uint8_t lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  uint8_t highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (lead < 0xc2 || lead > 0xf4) return wrong();
  for (size_t i = 1; i < length; ++i) {
    if (i == bytes.size()) return {Character::Kind::Cut, i};
    uint8_t byte = static_cast<uint8_t>(bytes[i]);
    if (byte < lowest || byte > highest) return wrong();
    lowest = 0x80;
    highest = 0xbf;
  }
  return {Character::Kind::Whole, length};
}

// Eight bytes at a time, as most output is ASCII.
size_t ascii_prefix(std::string_view bytes) {
  size_t size = 0;
  uint64_t word = 0;
  while (bytes.size() - size >= sizeof word) {
    std::memcpy(&word, bytes.data() + size, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
    size += sizeof word;
  }
  while (size < bytes.size() && static_cast<uint8_t>(bytes[size]) < 0x80) ++size;
  return size;
}

}  // namespace

void Utf8Stream::decode(std::string_view bytes, std::string& text) {
  while (held_ > 0 && !bytes.empty()) {
    tail_[held_++] = bytes.front();
    bytes.remove_prefix(1);
    Character character = first({tail_.data(), held_});
    if (character.kind == Character::Kind::Cut) continue;
    if (character.kind == Character::Kind::Whole) {
      text.append(tail_.data(), held_);
      held_ = 0;
    } else {
      // The last byte made the ones before it wrong. It is looked at again, as it may begin a character
      // itself.
      for (size_t i = 0; i + 1 < held_; ++i) text += replacement;
      tail_[0] = tail_[held_ - 1];
      character = first({tail_.data(), 1});
      held_ = character.kind == Character::Kind::Cut ? 1 : 0;
      if (character.kind == Character::Kind::Whole) text += tail_[0];
      if (character.kind == Character::Kind::Wrong) text += replacement;
    }
  }
  while (!bytes.empty()) {
    size_t plain = ascii_prefix(bytes);
    text.append(bytes.substr(0, plain));
    bytes.remove_prefix(plain);
    if (bytes.empty()) return;
    Character character = first(bytes);
    if (character.kind == Character::Kind::Cut) {
      held_ = bytes.copy(tail_.data(), character.length);
      return;
    }
    if (character.kind == Character::Kind::Whole) {
      text.append(bytes.substr(0, character.length));
    } else {
      text += replacement;
    }
    bytes.remove_prefix(character.length);
  }
}

void Utf8Stream::finish(std::string& text) {
  for (; held_ > 0; --held_) text += replacement;
}

}  // namespace wharf_paramiko::terminal

// SPDX-License-Identifier: MIT
#include "terminal/line_input.h"

#include <string.h>

namespace wharf_paramiko::terminal {

namespace {

constexpr char control_c = 0x03;
constexpr char control_d = 0x04;
constexpr char backspace = 0x08;
constexpr char control_u = 0x15;
constexpr char escape = 0x1b;
constexpr char del = 0x7f;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

void LineInput::begin(std::string_view prompt, bool echo) {
  wipe();
  prompt_ = prompt;
  echo_ = echo;
  escape_ = Escape::None;
  state_ = State::Open;
}

size_t LineInput::feed(std::string_view bytes, std::string& shown) {
  size_t taken = 0;
  while (taken < bytes.size() && state_ == State::Open) {
    char c = bytes[taken++];
    bool second_of_line_end = c == '\n' && after_return_;
    after_return_ = c == '\r';
    if (second_of_line_end || swallow_escape(c)) continue;
    key(c, shown);
  }
  return taken;
}

// Cursor keys and the like: ESC [ ... letter, ESC O letter, ESC character.
bool LineInput::swallow_escape(char c) {
  if (c == escape) {
    escape_ = Escape::Begun;
    return true;
  }
  if (is_control(c) || c == del) escape_ = Escape::None;
  switch (escape_) {
    case Escape::None:
      return false;
    case Escape::Begun:
      escape_ = c == '[' ? Escape::Sequence : c == 'O' ? Escape::OneMore : Escape::None;
      return true;
    case Escape::Sequence:
      if (c >= 0x40 && c <= 0x7e) escape_ = Escape::None;
      return true;
    case Escape::OneMore:
      break;
  }
  escape_ = Escape::None;
  return true;
}

void LineInput::key(char c, std::string& shown) {
  switch (c) {
    case '\r':
    case '\n':
      state_ = State::Done;
      shown += "\r\n";
      return;
    case control_c:
      state_ = State::GivenUp;
      shown += "^C\r\n";
      wipe();
      return;
    case control_d:
      if (size_ > 0) return;
      state_ = State::GivenUp;
      shown += "\r\n";
      return;
    case backspace:
    case del:
      return take_back(shown);
    case control_u:
      return take_all_back(shown);
    default:
      if (!is_control(c)) put(c, shown);
  }
}

void LineInput::put(char c, std::string& shown) {
  if (size_ == line_.size()) return;
  line_[size_++] = c;
  if (echo_) shown += c;
}

void LineInput::take_back(std::string& shown) {
  if (size_ == 0) return;
  bool narrow = is_ascii(line_[size_ - 1]);
  while (size_ > 1 && is_continuation(line_[size_ - 1])) line_[--size_] = 0;
  line_[--size_] = 0;
  if (!echo_) return;
  // How wide another character was, the terminal knows.
  if (narrow) {
    shown += "\b \b";
  } else {
    redraw(shown);
  }
}

void LineInput::take_all_back(std::string& shown) {
  if (size_ == 0) return;
  wipe();
  if (echo_) redraw(shown);
}

void LineInput::redraw(std::string& shown) const {
  shown += "\r\x1b[K";
  shown += prompt_;
  shown.append(line_.data(), size_);
}

Secret LineInput::take() {
  Secret answer(std::string_view(line_.data(), size_));
  wipe();
  return answer;
}

void LineInput::wipe() {
  explicit_bzero(line_.data(), line_.size());
  size_ = 0;
}

}  // namespace wharf_paramiko::terminal

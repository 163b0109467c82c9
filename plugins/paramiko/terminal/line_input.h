// SPDX-License-Identifier: MIT
//
// One answer, typed in a terminal that edits nothing itself.
//
//   CR or LF     the end; the LF of a CR LF belongs to its CR
//   BS, DEL      takes the last character back      ^U  takes the line back
//   ^C, or ^D on an empty line                      gives up
//
// Other control characters, cursor keys and the brackets of a paste do nothing. The answer is at most 1 KiB;
// what is typed beyond is not taken, and not shown.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "secret.h"

namespace wharf_paramiko::terminal {

class LineInput {
 public:
  enum class State { Open, Done, GivenUp };

  LineInput() = default;
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;
  ~LineInput() { wipe(); }

  // A new answer. `prompt` stands before it on the line.
  void begin(std::string_view prompt, bool echo);

  // [worker] Takes bytes up to the end of the answer and says how many; appends to `shown` what the terminal
  // shows of them, as it came: a character may be in two pieces.
  size_t feed(std::string_view bytes, std::string& shown);
  State state() const { return state_; }

  // The answer, once it is Done.
  Secret take();

 private:
  enum class Escape { None, Begun, Sequence, OneMore };

  bool swallow_escape(char c);
  void key(char c, std::string& shown);
  void put(char c, std::string& shown);
  void take_back(std::string& shown);
  void take_all_back(std::string& shown);
  void redraw(std::string& shown) const;
  void wipe();

  std::array<char, 1024> line_{};
  size_t size_ = 0;
  std::string prompt_;
  bool echo_ = true;
  bool after_return_ = false;
  Escape escape_ = Escape::None;
  State state_ = State::Done;
};

}  // namespace wharf_paramiko::terminal

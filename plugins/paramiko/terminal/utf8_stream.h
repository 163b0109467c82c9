// SPDX-License-Identifier: MIT
//
// Bytes of a terminal as text frames. A browser drops the connection at the first frame that is no UTF-8, and
// output is cut anywhere. So the beginning of a character waits for its end, and a byte that belongs to none
// becomes U+FFFD. Valid text stays what it was, byte for byte.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace wharf_paramiko::terminal {

class Utf8Stream {
 public:
  // [worker] Appends to `text` what is certain after `bytes`; at most 3 bytes wait for the next call.
  void decode(std::string_view bytes, std::string& text);
  // [worker] There are no more bytes: what waited becomes U+FFFD, one for each byte.
  void finish(std::string& text);

  size_t held() const { return held_; }

 private:
  std::array<char, 4> tail_{};
  size_t held_ = 0;
};

}  // namespace wharf_paramiko::terminal

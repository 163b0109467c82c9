// SPDX-License-Identifier: MIT
//
// Text of strangers that shall be seen, and do nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wharf_paramiko::terminal {

// [any-thread] `text` as valid UTF-8 without control characters: those of C0 and C1, DEL, and the ones that
// turn the direction of writing. Line ends become "\r\n", tabs a space; at most `most` bytes, cut between
// characters.
std::string printable(std::string_view text, size_t most = 4096);

// [any-thread] The same on one line: what line ends are becomes a space.
std::string printable_line(std::string_view text, size_t most = 256);

}  // namespace wharf_paramiko::terminal

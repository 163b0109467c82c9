// A piece of somebody's text inside a message: in backquotes, on one line, of bounded length.
#pragma once

#include <string>
#include <string_view>

namespace wharf::config {

// [any-thread] `text` with its control bytes as \xNN, cut after about `limit` bytes, never inside a
// character.
std::string quote(std::string_view text, size_t limit = 80);

}  // namespace wharf::config

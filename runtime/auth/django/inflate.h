// zlib's format, undone within a bound: a few KiB can stand for gigabytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace wharf::auth::django {

// [any-thread] Nothing when `bytes` is no whole zlib stream, or stands for more than `most` bytes; no more
// memory than that is taken.
std::optional<std::string> inflate(std::string_view bytes, size_t most);

}  // namespace wharf::auth::django

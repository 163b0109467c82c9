// For maps with names as keys that are looked up by what the caller has, without a copy of it.
#pragma once

#include <functional>
#include <string_view>

namespace wharf::layer {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace wharf::layer

// The extensions of this host: one line each.
#pragma once

#include <string_view>

namespace wharf::plugin {

// [any-thread] The table behind "wharf.io/1" and its like, for every instance the same; null for an id
// unknown here.
const void* find_extension(std::string_view id);

}  // namespace wharf::plugin

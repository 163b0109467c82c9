// Django's path() syntax, "chat/<str:room>/<int:page>" -> a regular expression for RE2.
#pragma once

#include <tl/expected.hpp>

#include <set>
#include <string>
#include <string_view>

#include "routing/python_regex.h"

namespace wharf::routing {

struct PathRoute {
  std::string re2;
  std::set<std::string> integers;  // names whose value is a number: 007 is 7
};

// [any-thread] `route` is UTF-8.
tl::expected<PathRoute, Refusal> translate_path(std::string_view route);

}  // namespace wharf::routing

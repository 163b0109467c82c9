// One compiled `url:` or `path:`. RE2 takes time linear in the path, whatever the pattern.
#pragma once

#include <re2/re2.h>
#include <tl/expected.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "routing/table.h"

namespace wharf::routing {

// Immutable.
class Pattern {
 public:
  // [any-thread] A pattern that cannot be is a problem at the route's place.
  static tl::expected<std::unique_ptr<const Pattern>, config::Problem> compile(const config::Route& route);

  // [any-thread] `path` has no leading slashes. The answer's `route` is left 0.
  std::optional<Match> match(std::string_view path) const;

 private:
  Pattern() = default;
  std::vector<Capture> captures(const std::vector<re2::StringPiece>& groups) const;

  std::unique_ptr<const RE2> program_;
  // For paths that end in their only newline, when the pattern has a `$` elsewhere than at its end: there a
  // `$` stands before that newline as well. In paths with more newlines it stands at the end only, which is
  // stricter than Python.
  std::unique_ptr<const RE2> program_before_newline_;
  bool whole_ = false;  // the pattern ends in `$` or is a path(): all of the path must match
  std::map<int, std::string> names_;
  std::set<std::string> integers_;  // captures to be written without leading zeros
};

}  // namespace wharf::routing

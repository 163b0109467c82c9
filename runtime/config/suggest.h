// "did you mean": the nearest right spelling of a wrong word.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wharf::config {

// [any-thread] The candidate that the fewest slips of the keyboard (a letter too many, too few, wrong, or
// two swapped) turn into `word`; nothing when even the nearest is too far to be meant.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

// [any-thread] The remedy for a word outside a closed list: the nearest one, or else all of them.
std::string suggest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace wharf::config

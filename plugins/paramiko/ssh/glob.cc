#include "glob.h"

namespace wharf_paramiko::ssh {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  constexpr size_t none = std::string_view::npos;
  size_t in_pattern = 0;
  size_t in_text = 0;
  // Where to go on when what follows the last `*` does not match: it takes one more character. Earlier ones
  // need no second try, so this takes no more than pattern times text steps.
  size_t star = none;
  size_t star_text = 0;
  while (in_text < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      star_text = in_text;
    } else if (in_pattern < pattern.size() &&
               (pattern[in_pattern] == '?' || pattern[in_pattern] == text[in_text])) {
      ++in_pattern;
      ++in_text;
    } else if (star != none) {
      in_pattern = star + 1;
      in_text = ++star_text;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace wharf_paramiko::ssh

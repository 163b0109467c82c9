// One character class of Python's `re`, or \w alone, in RE2's syntax. Python's \w, \d and \s know Unicode,
// RE2's know ASCII, and RE2 can neither intersect classes nor subtract one from another; so the class is kept
// as a set.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace wharf::routing {

class CharClass {
 public:
  void add(char32_t first, char32_t last);
  // `kind` is one of w d s W D S; `ascii` is Python's flag (?a).
  void add_escape(char32_t kind, bool ascii);

  // The whole expression for one character of the set, or of its complement: "[a-z]", "(?:[…]|[…])".
  std::string re2(bool negated) const;

 private:
  std::string re2_without_ranges(unsigned regions) const;

  // \w, \d and \s cut the characters into four regions, and every escape is some of them.
  unsigned regions_ = 0;
  std::vector<std::pair<char32_t, char32_t>> ranges_;
};

}  // namespace wharf::routing

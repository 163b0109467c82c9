// Python's `re` syntax -> RE2's. A pattern that Django takes means the same here, or is refused by name.
//
// Differences that are translated: \w \d \s know Unicode, `$` also stands before a final newline, \Z, octal
// and \u escapes, `{,n}`, comments, [] rules. Refused because a linear-time engine has no such thing:
// look-around, back-references, conditionals, atomic groups, possessive quantifiers. Refused because RE2's is
// ASCII only: \b and \B, unless the pattern begins with (?a).
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace wharf::routing {

// What `$` (outside of (?m)) stands for. RE2 cannot look ahead for Python's "at the end or before a final
// newline", so a pattern with a `$` gets two programs; see pattern.h.
enum class Dollar { End, EndOrNewline };

struct Translation {
  std::string re2;
  bool has_inner_dollar = false;  // a `$` that is not the last character
};

struct Refusal {
  size_t character = 0;  // counted from 1
  std::string what;
  std::string remedy;
};

// [any-thread] `pattern` is UTF-8.
tl::expected<Translation, Refusal> translate(std::string_view pattern, Dollar dollar);

}  // namespace wharf::routing

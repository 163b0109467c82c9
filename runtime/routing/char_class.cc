#include "routing/char_class.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace wharf::routing {

namespace {

constexpr char32_t last_character = 0x10ffff;

enum Region : unsigned {
  Digit = 1,
  Letter = 2,
  Space = 4,
  Other = 8,
  All = 15
};  // Letter: what else is in \w

using Ranges = std::vector<std::pair<char32_t, char32_t>>;

// What Python's str.isspace() says. RE2 has no name for it.
const Ranges spaces = {{0x09, 0x0d},     {0x1c, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},
                       {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
                       {0x205f, 0x205f}, {0x3000, 0x3000}};
const Ranges ascii_word = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const Ranges ascii_digits = {{'0', '9'}};
const Ranges ascii_spaces = {{0x09, 0x0d}, {' ', ' '}};

// `from` must be in order and without overlaps, `without` may be anything.
Ranges subtract(const Ranges& from, Ranges without) {
  std::sort(without.begin(), without.end());
  Ranges rest;
  for (auto [first, last] : from) {
    for (auto [hole_first, hole_last] : without) {
      if (hole_last < first || hole_first > last) continue;
      if (hole_first > first) rest.emplace_back(first, hole_first - 1);
      first = hole_last + 1;
      if (first > last) break;
    }
    if (first <= last) rest.emplace_back(first, last);
  }
  return rest;
}

std::string show(const Ranges& ranges) {
  std::string out;
  for (auto [first, last] : ranges) {
    out += fmt::format("\\x{{{:x}}}", static_cast<uint32_t>(first));
    if (first != last) out += fmt::format("-\\x{{{:x}}}", static_cast<uint32_t>(last));
  }
  return out;
}

// The inside of a class; `Other` has no name, so it cannot be among the regions.
std::string show(unsigned regions) {
  std::string out;
  if (regions & Digit) out += "\\p{Nd}";
  if (regions & Letter) out += "\\p{L}\\p{Nl}\\p{No}_";
  if (regions & Space) out += show(spaces);
  return out;
}

const std::string anything = "[\\x{0}-\\x{10ffff}]";
const std::string nothing = "[^\\x{0}-\\x{10ffff}]";

// A class with the given inside; RE2 refuses empty ones.
std::string one_of(const std::string& inside) { return inside.empty() ? nothing : "[" + inside + "]"; }
std::string none_of(const std::string& inside) { return inside.empty() ? anything : "[^" + inside + "]"; }

}  // namespace

void CharClass::add(char32_t first, char32_t last) { ranges_.emplace_back(first, last); }

void CharClass::add_escape(char32_t kind, bool ascii) {
  bool complement = kind == U'W' || kind == U'D' || kind == U'S';
  bool word = kind == U'w' || kind == U'W';
  bool digit = kind == U'd' || kind == U'D';
  if (ascii) {
    const Ranges& named = word ? ascii_word : digit ? ascii_digits : ascii_spaces;
    Ranges added = complement ? subtract({{0, last_character}}, named) : named;
    ranges_.insert(ranges_.end(), added.begin(), added.end());
    return;
  }
  unsigned regions = word    ? Digit | Letter
                     : digit ? static_cast<unsigned>(Digit)
                             : static_cast<unsigned>(Space);
  regions_ |= complement ? All & ~regions : regions;
}

std::string CharClass::re2(bool negated) const {
  const unsigned others = All & ~regions_;
  if (!(regions_ & Other)) {
    std::string inside = show(regions_) + show(ranges_);
    return negated ? none_of(inside) : one_of(inside);
  }
  if (negated) return re2_without_ranges(others);
  // Whatever is not in the other regions, or is named.
  if (ranges_.empty()) return none_of(show(others));
  return fmt::format("(?:{}|{})", none_of(show(others)), one_of(show(ranges_)));
}

// [^\W_]: the regions that are left, less the ranges. A difference is the complement of a union: all but what
// is no letter or is named.
std::string CharClass::re2_without_ranges(unsigned regions) const {
  const std::string named = show(ranges_);
  std::string alternatives;
  Ranges single;
  if (regions & Digit) alternatives += fmt::format("[^\\P{{Nd}}{}]|", named);
  if (regions & Letter) {
    for (std::string_view group : {"L", "Nl", "No"})
      alternatives += fmt::format("[^\\P{{{}}}{}]|", group, named);
    single.emplace_back('_', '_');
  }
  if (regions & Space) single.insert(single.begin(), spaces.begin(), spaces.end());
  std::sort(single.begin(), single.end());
  alternatives += one_of(show(subtract(single, ranges_)));
  return fmt::format("(?:{})", alternatives);
}

}  // namespace wharf::routing

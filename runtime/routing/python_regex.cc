#include "routing/python_regex.h"

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <set>
#include <vector>

#include "config/quote.h"
#include "routing/char_class.h"

namespace wharf::routing {

namespace {

using boost::locale::utf::utf_traits;

constexpr char32_t end_of_pattern = 0xffffffff;
constexpr unsigned most_repeats = 1000;  // RE2's limit
constexpr size_t most_groups = 100;      // RE2's work and memory per path grow with them

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_octal(char32_t c) { return c >= U'0' && c <= U'7'; }
bool is_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool is_category(char32_t c) { return std::u32string_view(U"wdsWDS").find(c) != std::u32string_view::npos; }

int hex_value(char32_t c) {
  if (is_digit(c)) return static_cast<int>(c - U'0');
  if (c >= U'a' && c <= U'f') return static_cast<int>(c - U'a') + 10;
  if (c >= U'A' && c <= U'F') return static_cast<int>(c - U'A') + 10;
  return -1;
}

std::string utf8(char32_t c) {
  std::string out;
  utf_traits<char>::encode(c, std::back_inserter(out));
  return out;
}

std::string literal(char32_t c) {
  if (is_letter(c) || is_digit(c)) return utf8(c);
  return fmt::format("\\x{{{:x}}}", static_cast<uint32_t>(c));
}

// Refusals end the translation from any depth of it; they do not leave this file.
[[noreturn]] void refuse(size_t index, std::string what, std::string remedy) {
  throw Refusal{index + 1, std::move(what), std::move(remedy)};
}

class Translator {
 public:
  Translator(std::u32string pattern, Dollar dollar) : pattern_(std::move(pattern)), dollar_(dollar) {}

  Translation run() {
    while (at_ < pattern_.size()) step();
    if (!groups_.empty()) {
      refuse(groups_.back().opened_at, "the group that begins here is not closed",
             "add a `)`, or write `\\(`");
    }
    return std::move(result_);
  }

 private:
  struct Flags {
    bool ascii = false;
    bool multiline = false;
  };
  struct Group {
    size_t opened_at = 0;
    Flags outer_flags;
  };
  // What a quantifier would find before it.
  enum class Before { Nothing, Item, Quantifier };

  char32_t peek(size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : end_of_pattern;
  }
  bool eat(char32_t c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool eat(std::u32string_view text) {
    if (!std::u32string_view(pattern_).substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  void emit(std::string_view re2, Before before) {
    result_.re2 += re2;
    before_ = before;
    at_start_ = false;
  }

  void step() {
    const size_t start = at_;
    const char32_t c = pattern_[at_++];
    switch (c) {
      case U'\\':
        return escape(start);
      case U'[':
        return char_class(start);
      case U'(':
        return open_group(start);
      case U')':
        return close_group(start);
      case U'|':
        return emit("|", Before::Nothing);
      case U'^':
        return emit(flags_.multiline ? "(?m:^)" : "\\A", Before::Nothing);
      case U'$':
        return dollar();
      case U'.':
        return emit(".", Before::Item);
      case U'*':
      case U'+':
      case U'?':
        return quantify(start, utf8(c));
      case U'{':
        return braces(start);
      default:
        return emit(literal(c), Before::Item);
    }
  }

  void dollar() {
    if (at_ < pattern_.size()) result_.has_inner_dollar = true;
    bool before_newline = flags_.multiline || dollar_ == Dollar::EndOrNewline;
    emit(before_newline ? "(?m:$)" : "\\z", Before::Nothing);
  }

  // --- Escapes.

  void escape(size_t start) {
    const char32_t c = peek();
    if (is_category(c)) {
      ++at_;
      CharClass category;
      category.add_escape(c, flags_.ascii);
      return emit(category.re2(false), Before::Item);
    }
    if (c == U'A' || c == U'Z') {
      ++at_;
      return emit(c == U'A' ? "\\A" : "\\z", Before::Nothing);
    }
    if (c == U'b' || c == U'B') {
      if (!flags_.ascii) {
        refuse(start, fmt::format("`\\{}` here would know ASCII letters only", utf8(c)),
               "begin the pattern with (?a), which makes \\w, \\d, \\s and \\b ASCII, or write what stands "
               "there, such as (?:^|/)");
      }
      ++at_;
      return emit(c == U'b' ? "\\b" : "\\B", Before::Nothing);
    }
    if (is_digit(c) && c != U'0' && !(is_octal(c) && is_octal(peek(1)) && is_octal(peek(2)))) {
      refuse(start,
             fmt::format("`\\{}` is a back-reference, which a linear-time engine cannot follow", utf8(c)),
             "capture both parts and compare them in the consumer");
    }
    emit(literal(escaped_character(start)), Before::Item);
  }

  // The escapes that stand for one character, in a class and outside.
  char32_t escaped_character(size_t start) {
    const char32_t c = peek();
    if (c == end_of_pattern)
      refuse(start, "the pattern ends in a lone backslash", "write `\\\\` for a backslash");
    ++at_;
    switch (c) {
      case U'a':
        return 0x07;
      case U'f':
        return 0x0c;
      case U'n':
        return 0x0a;
      case U'r':
        return 0x0d;
      case U't':
        return 0x09;
      case U'v':
        return 0x0b;
      case U'x':
        return hex(start, 2);
      case U'u':
        return hex(start, 4);
      case U'U':
        return hex(start, 8);
      case U'N':
        refuse(start, "`\\N{…}` is not supported",
               "write the character itself, or `\\u` and its four digits");
      case U'z':
        refuse(start, "Python's `re` does not know `\\z`", "write `\\Z`, or end the pattern with `$`");
      default:
        break;
    }
    if (is_digit(c)) return octal(start);
    if (is_letter(c)) {
      refuse(start, fmt::format("Python's `re` does not know `\\{}`", utf8(c)),
             "remove the backslash, or write a class");
    }
    return c;
  }

  char32_t hex(size_t start, int digits) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i) {
      int digit = hex_value(peek());
      if (digit < 0)
        refuse(start, fmt::format("this escape needs {} hexadecimal digits", digits), "write all of them");
      value = value * 16 + static_cast<char32_t>(digit);
      ++at_;
    }
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
      refuse(start, "this escape is no character", "the last one is \\U0010ffff; surrogates are none");
    }
    return value;
  }

  // The first digit has been taken.
  char32_t octal(size_t start) {
    char32_t value = pattern_[at_ - 1] - U'0';
    if (value > 7) refuse(start, "this escape is no character", "octal digits go from 0 to 7");
    for (int i = 0; i < 2 && is_octal(peek()); ++i) value = value * 8 + (pattern_[at_++] - U'0');
    if (value > 0xff)
      refuse(start, "this octal escape is larger than \\377", "write it as \\u and four digits");
    return value;
  }

  // --- Classes.

  void char_class(size_t start) {
    CharClass set;
    const bool negated = eat(U'^');
    for (bool first = true; first || peek() != U']'; first = false) {
      const size_t item = at_;
      std::optional<char32_t> low = class_item(start, set);
      if (peek() != U'-' || peek(1) == U']' || peek(1) == end_of_pattern) {
        if (low) set.add(*low, *low);
        continue;
      }
      ++at_;
      std::optional<char32_t> high = class_item(start, set);
      if (!low || !high)
        refuse(item, "a range ends in a class such as \\w", "put the `-` first or last, or write `\\-`");
      if (*low > *high) refuse(item, "this range runs backwards", "swap its ends, or write `\\-`");
      set.add(*low, *high);
    }
    ++at_;
    emit(set.re2(negated), Before::Item);
  }

  // One character, or nothing when it was \w and the like, which is in `set` now.
  std::optional<char32_t> class_item(size_t class_start, CharClass& set) {
    const size_t start = at_;
    const char32_t c = peek();
    if (c == end_of_pattern)
      refuse(class_start, "the class that begins here is not closed", "add a `]`, or write `\\[`");
    ++at_;
    if (c != U'\\') return c;
    if (is_category(peek())) {
      set.add_escape(pattern_[at_++], flags_.ascii);
      return std::nullopt;
    }
    if (eat(U'b')) return 0x08;
    return escaped_character(start);
  }

  // --- Quantifiers.

  void braces(size_t start) {
    const size_t after_brace = at_;
    std::string low = digits();
    std::string high = low;
    const bool comma = eat(U',');
    if (comma) high = digits();
    // Python takes what is no quantifier as text.
    if (!eat(U'}') || (low.empty() && !comma)) {
      at_ = after_brace;
      return emit(literal(U'{'), Before::Item);
    }
    for (const std::string& count : {low, high}) {
      if (count.size() > 4 || (!count.empty() && std::stoul(count) > most_repeats)) {
        refuse(start, fmt::format("more than {} repetitions", most_repeats),
               "write `*` or `+`, or a smaller number");
      }
    }
    if (!low.empty() && !high.empty() && std::stoul(low) > std::stoul(high)) {
      refuse(start, "the smallest number of repetitions is above the largest", "swap the two");
    }
    quantify(start,
             comma ? fmt::format("{{{},{}}}", low.empty() ? "0" : low, high) : fmt::format("{{{}}}", low));
  }

  std::string digits() {
    std::string out;
    while (is_digit(peek())) out += static_cast<char>(pattern_[at_++]);
    return out;
  }

  void quantify(size_t start, std::string re2) {
    if (before_ == Before::Nothing)
      refuse(start, "there is nothing to repeat before this", "write a `\\` before it");
    if (before_ == Before::Quantifier) {
      refuse(start, "a quantifier follows a quantifier", "put the repeated part into (?:…)");
    }
    if (peek() == U'+') {
      refuse(start, "a possessive quantifier, which a linear-time engine does not need",
             "remove the second `+`");
    }
    if (eat(U'?')) re2 += '?';
    emit(re2, Before::Quantifier);
  }

  // --- Groups.

  void open_group(size_t start) {
    if (peek() != U'?' || peek(1) == U'P') count_capture(start);
    if (!eat(U'?')) return push_group(start, "(", flags_);
    if (eat(U'#')) return comment(start);
    if (eat(U':')) return push_group(start, "(?:", flags_);
    if (eat(U"P<")) return push_group(start, fmt::format("(?P<{}>", name(start)), flags_);
    refuse_what_re2_lacks(start);
    inline_flags(start);
  }

  void count_capture(size_t start) {
    if (++captures_ > most_groups) {
      refuse(start, fmt::format("more than {} groups that capture", most_groups),
             "write (?:…) where nothing is captured");
    }
  }

  void push_group(size_t start, std::string_view re2, Flags inside) {
    groups_.push_back({start, flags_});
    flags_ = inside;
    emit(re2, Before::Nothing);
  }

  void close_group(size_t start) {
    if (groups_.empty()) refuse(start, "this `)` closes nothing", "remove it, or write `\\)`");
    flags_ = groups_.back().outer_flags;
    groups_.pop_back();
    emit(")", Before::Item);
  }

  void comment(size_t start) {
    const size_t close = pattern_.find(U')', at_);
    if (close == std::u32string::npos)
      refuse(start, "the comment that begins here is not closed", "add a `)`");
    at_ = close + 1;
  }

  std::string name(size_t start) {
    std::string text;
    while (peek() != U'>' && peek() != end_of_pattern) text += utf8(pattern_[at_++]);
    if (!eat(U'>')) refuse(start, "the name of the group is not closed", "write (?P<name>…)");
    bool good = !text.empty() && !is_digit(static_cast<unsigned char>(text[0]));
    for (char c : text) {
      char32_t character = static_cast<unsigned char>(c);
      good = good && (is_letter(character) || is_digit(character) || c == '_');
    }
    if (!good)
      refuse(start, config::quote(text) + " cannot be the name of a group",
             "use ASCII letters, digits and `_`");
    if (!names_.insert(text).second)
      refuse(start, fmt::format("a second group is called `{}`", text), "rename one");
    return text;
  }

  void refuse_what_re2_lacks(size_t start) {
    const std::string linear = ", which a linear-time engine cannot follow";
    if (eat(U'=') || eat(U'!')) {
      refuse(start, "a look-ahead" + linear, "list the routes that shall not match before this one");
    }
    if (eat(U"<=") || eat(U"<!"))
      refuse(start, "a look-behind" + linear, "match what stands before, outside of a group");
    if (eat(U"P="))
      refuse(start, "a back-reference" + linear, "capture both parts and compare them in the consumer");
    if (eat(U'(')) refuse(start, "a conditional group" + linear, "write two routes");
    if (eat(U'>')) refuse(start, "an atomic group, which a linear-time engine does not need", "write (?:…)");
    if (eat(U'<')) refuse(start, "Python's `re` does not know (?<name>…)", "write (?P<name>…)");
  }

  // (?im) at the start, (?im-s:…) anywhere.
  void inline_flags(size_t start) {
    Flags inside = flags_;
    std::string re2;
    bool on = true;
    bool any = false;
    for (;; ++at_) {
      const char32_t c = peek();
      if (c == U'-' && on) {
        on = false;
        any = false;
        re2 += '-';
        continue;
      }
      if (c == U'i' || c == U's') {
        re2 += static_cast<char>(c);
      } else if (c == U'm') {
        inside.multiline = on;
      } else if ((c == U'a' || c == U'u') && on) {
        inside.ascii = c == U'a';
      } else if (c == U'x') {
        refuse(start, "the flag x (verbose) is not supported",
               "write the pattern without blanks and comments");
      } else {
        break;
      }
      any = true;
    }
    if (re2.ends_with('-')) re2.pop_back();
    if (any && eat(U':')) return push_group(start, fmt::format("(?{}:", re2), inside);
    if (!any || !on || !eat(U')')) {
      refuse(start, "Python's `re` does not know this kind of group", "write (…), (?:…) or (?P<name>…)");
    }
    if (!at_start_)
      refuse(start, "flags for the whole pattern stand inside of it",
             "move them to its start, or write (?i:…)");
    flags_ = inside;
    if (!re2.empty()) result_.re2 += fmt::format("(?{})", re2);
  }

  const std::u32string pattern_;
  const Dollar dollar_;
  size_t at_ = 0;
  bool at_start_ = true;  // nothing but flags and comments so far
  Before before_ = Before::Nothing;
  Flags flags_;
  std::vector<Group> groups_;
  size_t captures_ = 0;
  std::set<std::string> names_;
  Translation result_;
};

std::u32string decode(std::string_view text) {
  std::u32string out;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    boost::locale::utf::code_point c = utf_traits<char>::decode(at, end);
    if (c == boost::locale::utf::illegal || c == boost::locale::utf::incomplete) {
      refuse(out.size(), "this is not UTF-8", "save the file as UTF-8");
    }
    out += static_cast<char32_t>(c);
  }
  return out;
}

}  // namespace

tl::expected<Translation, Refusal> translate(std::string_view pattern, Dollar dollar) {
  try {
    return Translator(decode(pattern), dollar).run();
  } catch (Refusal& refusal) {
    return tl::make_unexpected(std::move(refusal));
  }
}

}  // namespace wharf::routing

// SPDX-License-Identifier: MIT
#include "terminal/json_frame.h"

#include <charconv>
#include <optional>

namespace wharf_paramiko::terminal {

namespace {

using Kind = JsonValue::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<uint32_t> hex_digit(char c) {
  if (is_digit(c)) return static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

class Reader {
 public:
  Reader(std::span<char> frame, size_t deepest)
      : begin_(frame.data()), at_(begin_), end_(begin_ + frame.size()), deepest_(deepest) {}

  tl::expected<JsonValue, std::string> read() {
    JsonValue root;
    space();
    if (!value(root, 0)) return problem();
    space();
    if (at_ != end_) {
      fail("something follows the value");
      return problem();
    }
    return root;
  }

 private:
  bool fail(const char* why) {
    if (why_ == nullptr) why_ = why;
    return false;
  }

  tl::unexpected<std::string> problem() const {
    return tl::make_unexpected("no JSON at byte " + std::to_string(at_ - begin_) + ": " + why_);
  }

  bool at(char c) const { return at_ != end_ && *at_ == c; }
  bool take(char c) {
    if (!at(c)) return false;
    ++at_;
    return true;
  }
  void space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
  }

  bool value(JsonValue& out, size_t depth) {
    if (at_ == end_) return fail("it ends too early");
    switch (*at_) {
      case '{':
        return depth == deepest_ ? fail("too deep") : object(out, depth + 1);
      case '[':
        return depth == deepest_ ? fail("too deep") : list(out, depth + 1);
      case '"':
        out.kind = Kind::Text;
        return text(out.text);
      case 't':
        out.kind = Kind::Boolean;
        out.boolean = true;
        return word("true");
      case 'f':
        out.kind = Kind::Boolean;
        return word("false");
      case 'n':
        return word("null");
      default:
        return number(out);
    }
  }

  bool word(std::string_view expected) {
    if (!std::string_view(at_, static_cast<size_t>(end_ - at_)).starts_with(expected))
      return fail("no value");
    at_ += expected.size();
    return true;
  }

  bool object(JsonValue& out, size_t depth) {
    out.kind = Kind::Object;
    ++at_;
    space();
    if (take('}')) return true;
    do {
      space();
      if (!at('"')) return fail("no key");
      JsonMember& member = out.members.emplace_back();
      if (!text(member.key)) return false;
      space();
      if (!take(':')) return fail("no `:` after a key");
      space();
      if (!value(member.value, depth)) return false;
      space();
    } while (take(','));
    return take('}') || fail("an object has no end");
  }

  bool list(JsonValue& out, size_t depth) {
    out.kind = Kind::List;
    ++at_;
    space();
    if (take(']')) return true;
    do {
      space();
      if (!value(out.items.emplace_back(), depth)) return false;
      space();
    } while (take(','));
    return take(']') || fail("a list has no end");
  }

  bool number(JsonValue& out) {
    const char* begin = at_;
    take('-');
    if (!take('0')) {
      if (at_ == end_ || !is_digit(*at_)) return fail("no value");
      digits();
    }
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (!digits()) return fail("a number ends at its point");
    }
    if (at('e') || at('E')) {
      whole = false;
      ++at_;
      if (at('+') || at('-')) ++at_;
      if (!digits()) return fail("a number has no exponent after its `e`");
    }
    out.kind =
        whole && std::from_chars(begin, at_, out.integer).ec == std::errc() ? Kind::Integer : Kind::Real;
    return true;
  }

  bool digits() {
    const char* begin = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != begin;
  }

  // No character is longer than its escape, so the text never overtakes what is read.
  bool text(std::string_view& out) {
    char* begin = ++at_;
    char* put = begin;
    while (at_ != end_ && *at_ != '"') {
      if (static_cast<unsigned char>(*at_) < 0x20) return fail("a control character in a text");
      if (*at_ != '\\') {
        *put++ = *at_++;
        continue;
      }
      ++at_;
      if (!escape(put)) return false;
    }
    if (at_ == end_) return fail("a text has no end");
    ++at_;
    out = {begin, static_cast<size_t>(put - begin)};
    return true;
  }

  bool escape(char*& put) {
    static constexpr std::string_view letters = "\"\\/bfnrt";
    static constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (at_ == end_) return fail("a text has no end");
    char c = *at_++;
    if (c == 'u') return code_point(put);
    size_t which = letters.find(c);
    if (which == std::string_view::npos) return fail("an unknown escape in a text");
    *put++ = meant[which];
    return true;
  }

  bool code_point(char*& put) {
    uint32_t code = 0;
    if (!four_digits(code)) return false;
    if (code >= 0xdc00 && code <= 0xdfff) return fail("half a surrogate pair");
    if (code >= 0xd800 && code <= 0xdbff) {
      uint32_t low = 0;
      if (!take('\\') || !take('u')) return fail("half a surrogate pair");
      if (!four_digits(low)) return false;
      if (low < 0xdc00 || low > 0xdfff) return fail("half a surrogate pair");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    put_utf8(code, put);
    return true;
  }

  bool four_digits(uint32_t& code) {
    code = 0;
    for (int i = 0; i < 4; ++i) {
      std::optional<uint32_t> digit = at_ == end_ ? std::nullopt : hex_digit(*at_);
      if (!digit) return fail("\\u without four digits");
      code = code << 4 | *digit;
      ++at_;
    }
    return true;
  }

  static void put_utf8(uint32_t code, char*& put) {
    const auto tail = [&](uint32_t shift) { *put++ = static_cast<char>(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) {
      *put++ = static_cast<char>(code);
    } else if (code < 0x800) {
      *put++ = static_cast<char>(0xc0 | code >> 6);
      tail(0);
    } else if (code < 0x10000) {
      *put++ = static_cast<char>(0xe0 | code >> 12);
      tail(6);
      tail(0);
    } else {
      *put++ = static_cast<char>(0xf0 | code >> 18);
      tail(12);
      tail(6);
      tail(0);
    }
  }

  char* begin_;
  char* at_;
  char* end_;
  size_t deepest_;
  const char* why_ = nullptr;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const JsonValue* found = nullptr;
  for (const auto& [name, value] : members) {
    if (name == key) found = value.kind == Kind::Null ? nullptr : &value;
  }
  return found;
}

std::string_view name_of(JsonValue::Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "null";
    case Kind::Boolean:
      return "true or false";
    case Kind::Integer:
      return "a whole number";
    case Kind::Real:
      return "a number";
    case Kind::Text:
      return "a text";
    case Kind::List:
      return "a list";
    case Kind::Object:
      break;
  }
  return "an object";
}

tl::expected<JsonValue, std::string> read_json(std::span<char> frame, size_t deepest) {
  return Reader(frame, deepest).read();
}

}  // namespace wharf_paramiko::terminal

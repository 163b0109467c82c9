#include "auth/django/cookie.h"

namespace wharf::auth::django {

namespace {

// Python strips these from a text that was decoded as Latin-1, too.
constexpr std::string_view blanks = " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0";

std::string_view strip(std::string_view text) {
  size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_octal(char c, char highest) { return c >= '0' && c <= highest; }

std::string unquote(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
  value = value.substr(1, value.size() - 2);
  std::string plain;
  plain.reserve(value.size());
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      plain += value[i];
    } else if (i + 3 < value.size() && is_octal(value[i + 1], '3') && is_octal(value[i + 2], '7') &&
               is_octal(value[i + 3], '7')) {
      plain +=
          static_cast<char>((value[i + 1] - '0') << 6 | (value[i + 2] - '0') << 3 | (value[i + 3] - '0'));
      i += 3;
    } else {
      plain += value[++i];
    }
  }
  return plain;
}

}  // namespace

std::optional<std::string> find_cookie(std::string_view header, std::string_view name) {
  std::optional<std::string_view> found;
  while (!header.empty()) {
    std::string_view part = header.substr(0, header.find(';'));
    header.remove_prefix(part.size() == header.size() ? part.size() : part.size() + 1);
    size_t equals = part.find('=');
    std::string_view key =
        equals == std::string_view::npos ? std::string_view() : strip(part.substr(0, equals));
    std::string_view value = strip(equals == std::string_view::npos ? part : part.substr(equals + 1));
    if (key.empty() && value.empty()) continue;
    if (key == name) found = value;
  }
  if (!found) return std::nullopt;
  return unquote(*found);
}

}  // namespace wharf::auth::django

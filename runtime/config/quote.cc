#include "config/quote.h"

#include <fmt/format.h>

namespace wharf::config {

namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string quote(std::string_view text, size_t limit) {
  size_t end = std::min(limit, text.size());
  while (end > 0 && end < text.size() && continues_character(text[end])) --end;
  std::string out = "`";
  for (char c : text.substr(0, end)) {
    unsigned char byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  if (end < text.size()) out += "…";
  return out + "`";
}

}  // namespace wharf::config

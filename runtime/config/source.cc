#include "config/source.h"

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

#include <utility>

#include "config/file_text.h"
#include "config/units.h"

namespace wharf::config {

namespace {

using Utf8 = boost::locale::utf::utf_traits<char>;

// The parser would replace or skip what is refused here, and so read something that nobody sees in an editor.
bool check_characters(const std::string& text, Findings& findings) {
  Place place{1, 1};
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    boost::locale::utf::code_point c = Utf8::decode(at, end);
    if (c == boost::locale::utf::illegal || c == boost::locale::utf::incomplete) {
      findings.add(place, "the text is not UTF-8", "save the file as UTF-8");
      return false;
    }
    bool blank = c == '\t' || c == '\n' || c == '\r';
    if ((c < 0x20 && !blank) || c == 0x7f) {
      findings.add(place, fmt::format("there is a control character, U+{:04X}", c), "remove it");
      return false;
    }
    place.column += 1;
    if (c == '\n') place = {place.line + 1, 1};
  }
  return true;
}

}  // namespace

std::optional<std::string> read_source(const std::filesystem::path& file, Findings& findings) {
  tl::expected<std::string, Unreadable> read = read_file(file, largest_file + 1);
  if (!read) {
    findings.add({}, read.error().what, read.error().remedy);
    return std::nullopt;
  }
  std::string& text = *read;
  if (text.size() > largest_file) {
    findings.add({}, fmt::format("the file is larger than {}", show_size(largest_file)),
                 "split it with `include`, or name the right file");
    return std::nullopt;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);  // some editors begin UTF-8 with a byte order mark
  if (!check_characters(text, findings)) return std::nullopt;
  return std::move(text);
}

}  // namespace wharf::config

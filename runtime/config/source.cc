#include "config/source.h"

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

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
  std::error_code error;
  std::filesystem::file_status status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    findings.add({}, "there is no such file", "write one, or name another");
    return std::nullopt;
  }
  if (!error && !std::filesystem::is_regular_file(status)) {
    const char* what =
        std::filesystem::is_directory(status) ? "this is a directory" : "this is not a regular file";
    findings.add({}, what, "name a YAML file");
    return std::nullopt;
  }
  std::string text;
  std::array<char, 64 << 10> chunk;
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  while (in && text.size() <= largest_file) {
    in.read(chunk.data(), chunk.size());
    text.append(chunk.data(), static_cast<size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad()) {
    findings.add({}, fmt::format("the file cannot be read: {}", std::strerror(errno)),
                 "give the user that runs wharf the right to read it");
    return std::nullopt;
  }
  if (text.size() > largest_file) {
    findings.add({}, fmt::format("the file is larger than {}", show_size(largest_file)),
                 "split it with `include`, or name the right file");
    return std::nullopt;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);  // some editors begin UTF-8 with a byte order mark
  if (!check_characters(text, findings)) return std::nullopt;
  return text;
}

}  // namespace wharf::config

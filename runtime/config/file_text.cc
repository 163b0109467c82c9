#include "config/file_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace wharf::config {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Unreadable> unreadable(std::string what, std::string remedy) {
  return tl::make_unexpected(Unreadable{std::move(what), std::move(remedy)});
}

}  // namespace

tl::expected<std::string, Unreadable> read_file(const fs::path& file, size_t most) {
  std::error_code error;
  fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) {
    return unreadable("there is no such file", "write one, or name another");
  }
  if (!error && !fs::is_regular_file(status)) {
    return unreadable(fs::is_directory(status) ? "this is a directory" : "this is not a regular file",
                      "name a regular file");
  }
  std::string text;
  std::array<char, 64 << 10> chunk;
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  while (in && text.size() < most) {
    in.read(chunk.data(), static_cast<std::streamsize>(std::min(chunk.size(), most - text.size())));
    text.append(chunk.data(), static_cast<size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad()) {
    return unreadable(fmt::format("the file cannot be read: {}", std::strerror(errno)),
                      "give the user that runs wharf the right to read it");
  }
  return text;
}

}  // namespace wharf::config

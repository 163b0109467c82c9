// The bytes of a file that the configuration names.
#pragma once

#include <tl/expected.hpp>

#include <filesystem>
#include <string>

namespace wharf::config {

struct Unreadable {
  std::string what;    // "there is no such file"
  std::string remedy;  // "write one, or name another"
};

// [loader] The first `most` bytes. Only of a regular file: a pipe or a device could keep the loader for ever.
tl::expected<std::string, Unreadable> read_file(const std::filesystem::path& file, size_t most);

}  // namespace wharf::config

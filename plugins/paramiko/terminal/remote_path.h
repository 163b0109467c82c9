// SPDX-License-Identifier: MIT
//
// Paths on the other side as texts, which are those of POSIX. Nothing is looked up.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wharf_paramiko::terminal {

// [any-thread] `path` as it is seen from `folder`: itself when it is absolute.
std::string path_from(std::string_view folder, std::string_view path);

struct NameInFolder {
  std::string folder;
  std::string name;
};
// [any-thread] "a/b" is b in a, "b" is b in "."; nothing for what ends in no name: "/", "..", "a/.".
std::optional<NameInFolder> name_in_folder(std::string_view path);

// [any-thread] Whether `path` is `root` or below it. Both are absolute, and without links and dots: what a
// server calls their real paths.
bool is_within(std::string_view root, std::string_view path);

}  // namespace wharf_paramiko::terminal

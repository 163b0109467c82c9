// SPDX-License-Identifier: MIT
#include "terminal/remote_path.h"

namespace wharf_paramiko::terminal {

namespace {

// "/" stays.
std::string_view without_slashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

std::string path_from(std::string_view folder, std::string_view path) {
  if (path.starts_with('/') || folder.empty()) return std::string(path);
  std::string whole(folder);
  if (!whole.ends_with('/')) whole += '/';
  return whole.append(path);
}

std::optional<NameInFolder> name_in_folder(std::string_view path) {
  path = without_slashes(path);
  const size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") return std::nullopt;
  if (slash == std::string_view::npos) return NameInFolder{".", std::string(name)};
  return NameInFolder{std::string(without_slashes(path.substr(0, slash + 1))), std::string(name)};
}

bool is_within(std::string_view root, std::string_view path) {
  root = without_slashes(root);
  if (!root.starts_with('/') || !path.starts_with(root)) return false;
  return root == "/" || path.size() == root.size() || path[root.size()] == '/';
}

}  // namespace wharf_paramiko::terminal

// Comma-separated lists, as SSH and its files have them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wharf_paramiko::ssh {

// Views into `list`. Empty names are left out.
inline std::vector<std::string_view> split_names(std::string_view list) {
  std::vector<std::string_view> names;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    if (comma != 0) names.push_back(list.substr(0, comma));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return names;
}

inline std::string join_names(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ',';
    list += name;
  }
  return list;
}

}  // namespace wharf_paramiko::ssh

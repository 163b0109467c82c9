// Patterns of `*` and `?`, as in known_hosts and in lists of targets.
#pragma once

#include <string>
#include <string_view>

namespace wharf_paramiko::ssh {

// ASCII letters alone.
std::string lower(std::string_view text);

// `pattern` and `text` in lower case.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace wharf_paramiko::ssh

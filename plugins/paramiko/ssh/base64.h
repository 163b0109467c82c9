#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wharf_paramiko::ssh {

std::string base64(std::string_view bytes);
// Nothing unless all of it is base64 with its padding, without spaces.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace wharf_paramiko::ssh

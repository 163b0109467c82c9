// The opening handshake (RFC 6455, section 4.2).
#pragma once

#include <string>
#include <string_view>

namespace bare {

// The path of a request whose head is `head`.
std::string_view path_of(std::string_view head);
std::string answer_to(std::string_view head);

}  // namespace bare

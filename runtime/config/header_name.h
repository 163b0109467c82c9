// The name of an HTTP header, as a key of the file has it.
#pragma once

#include <optional>
#include <string>

#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [any-thread] In lower case; nothing when `text` cannot be such a name (RFC 9110 section 5.6.2).
std::optional<std::string> parse_header_name(const std::string& text);

// [loader] Nothing is answered when it is none; `findings` then has the reason. `key` is for the message.
std::optional<std::string> read_header_name(const Node& node, std::string_view key, Findings& findings);

}  // namespace wharf::config

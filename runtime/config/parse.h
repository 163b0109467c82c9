// YAML text -> tree, strictly: what YAML allows and a reader of routes.yaml would not expect is a problem.
#pragma once

#include <memory>
#include <string>

#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] The single document of `file_text`. Null when there is none or its syntax is wrong; `findings`
// then has the reason. Duplicate keys, merge keys, tags and keys that are not text are found too, and left
// out of the tree, so that the rest can still be read.
std::shared_ptr<const Node> parse(const std::string& file_text, Findings& findings);

}  // namespace wharf::config

// A YAML subtree as JSON text, for a plugin that shall not need a YAML parser.
#pragma once

#include <map>
#include <string>

#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

struct Json {
  std::string text;
  // JSON pointer -> where it stands: a key, or the item of a list.
  std::map<std::string, Position> places;
};

// [loader] Scalars are what YAML 1.2's core schema makes of them (`yes` is text); quoted ones are text. What
// JSON cannot hold is a problem and becomes null. `place` is that of the subtree's key.
Json to_json(const Node& node, Place place, Findings& findings);

}  // namespace wharf::config

// `include:`, the drop-ins: which files they are, in which order.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

struct DropIn {
  std::filesystem::path file;  // absolute
  std::string name;            // for messages, relative like the name of the file that includes it
  Position where;              // the `include` entry
};

// [loader] Pattern after pattern, the files of each sorted by name, each file once. `file` is the including
// file, absolute; `name` what messages call it. A pattern may match nothing, a plain name may not.
std::vector<DropIn> find_drop_ins(const Node& node, const std::filesystem::path& file,
                                  const std::string& name, Findings& findings);

// [loader] The places in which another drop-in may appear. Of a directory that is a pattern itself it is the
// one above.
std::vector<DropInPlace> drop_in_places(const Node& node, const std::filesystem::path& file);

}  // namespace wharf::config

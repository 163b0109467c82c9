// A private copy of a plugin file. glibc tells libraries apart by path and by inode, and a file that is
// overwritten while it is mapped kills the process: so the operator's own file is never loaded. The copy has
// a name made of its content and nobody else can write to it, hence what was checked is what is loaded.
#pragma once

#include <filesystem>
#include <string>

#include "plugin/private_directory.h"
#include "telemetry/error.h"

namespace wharf::plugin {

struct PrivateCopy {
  std::filesystem::path path;  // DIRECTORY/NAME-SHA.so with 16 digits of the hash, mode 0500
  std::string sha256;          // of the content, lower-case hex
};

// [loader] Copies `source` as it is at this moment. The same content under the same name is one copy. An
// error says what is wrong and what to do, without naming `source`.
Result<PrivateCopy> copy_privately(const std::filesystem::path& source, const std::string& name,
                                   const PrivateDirectory& directory);

}  // namespace wharf::plugin

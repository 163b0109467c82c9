// Whether a plugin file can have been put there only by somebody who may run code as this server: root, or
// the user that the server runs as. It is the descriptor that is examined, so that the file cannot be another
// one by the time it is read.
#pragma once

#include <sys/stat.h>

#include <filesystem>

#include "telemetry/error.h"

namespace wharf::plugin {

// [loader] Of an open file: regular, owned by root or this user, writable by nobody else. The error names
// what is wrong and the remedy, and not the file.
Result<void> trust_file(const struct stat& status);

// [loader] The same of every directory above `file`, after its links are followed. In a sticky directory,
// such as /tmp, nobody can replace what belongs to somebody else; it is taken.
Result<void> trust_directories_of(const std::filesystem::path& file);

}  // namespace wharf::plugin

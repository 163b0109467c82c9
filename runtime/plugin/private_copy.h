// A private copy of a plugin file. glibc tells libraries apart by path and by inode, and a file that is
// overwritten while it is mapped kills the process: so the operator's own file is never loaded. The copy has
// a name made of its content and nobody else can write to it, hence what was checked is what is loaded.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "telemetry/error.h"

namespace wharf::plugin {

// A directory that only this user can enter (mode 0700), removed with all it holds. [loader]
class PrivateDirectory {
 public:
  // Below $XDG_RUNTIME_DIR, $TMPDIR or /tmp: the first from which libraries can be loaded.
  static Result<PrivateDirectory> create();

  PrivateDirectory(PrivateDirectory&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  PrivateDirectory& operator=(PrivateDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~PrivateDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit PrivateDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

struct PrivateCopy {
  std::filesystem::path path;  // DIRECTORY/NAME-SHA.so with 16 digits of the hash, mode 0500
  std::string sha256;          // of the content, lower-case hex
};

// [loader] Copies `source` as it is at this moment. The same content under the same name is one copy. An
// error says what is wrong and what to do, without naming `source`.
Result<PrivateCopy> copy_privately(const std::filesystem::path& source, const std::string& name,
                                   const PrivateDirectory& directory);

}  // namespace wharf::plugin

// The directory that holds the private copies of plugins. Only this user can enter it (mode 0700), and it
// goes with its owner. A process that is killed leaves its directory behind; the next one that makes one
// takes it away, so that a server that crashes and is restarted all day does not fill the disk.
#pragma once

#include <filesystem>
#include <utility>

#include "plugin/descriptor.h"
#include "telemetry/error.h"

namespace wharf::plugin {

// [loader]
class PrivateDirectory {
 public:
  // Below $XDG_RUNTIME_DIR, $TMPDIR or /tmp: the first from which libraries can be loaded.
  static Result<PrivateDirectory> create();

  PrivateDirectory(PrivateDirectory&& other) noexcept = default;
  PrivateDirectory& operator=(PrivateDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
  }
  ~PrivateDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  PrivateDirectory(std::filesystem::path path, Descriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  static Result<PrivateDirectory> create_below(const std::filesystem::path& parent);

  std::filesystem::path path_;
  Descriptor lock_;  // on the directory, held while its owner lives; none after a move
};

}  // namespace wharf::plugin

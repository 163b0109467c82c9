#include "plugin/private_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace wharf::plugin {

namespace {

constexpr std::string_view prefix = "wharf-plugins-";

std::string last_error() { return std::strerror(errno); }

// Takes the lock of a directory of ours; none when somebody has it, or it is not ours.
Descriptor lock(const std::filesystem::path& directory) {
  Descriptor descriptor(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  const bool ours =
      descriptor.get() >= 0 && fstat(descriptor.get(), &status) == 0 && status.st_uid == geteuid();
  return ours && flock(descriptor.get(), LOCK_EX | LOCK_NB) == 0 ? std::move(descriptor) : Descriptor();
}

void remove_tree(const std::filesystem::path& directory) {
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
}

// Removes what killed processes have left: the directories that nobody holds.
void sweep(const std::filesystem::path& parent) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(parent, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.compare(0, prefix.size(), prefix) != 0) continue;
    // Held to the end, so that nobody takes for their own what is about to go.
    if (const Descriptor held = lock(entry->path()); held.get() >= 0) remove_tree(entry->path());
  }
}

// Why no library could be loaded from below `parent`, or nothing.
std::string unfit(const std::filesystem::path& parent) {
  struct statvfs system {};
  if (statvfs(parent.c_str(), &system) != 0) return last_error();
  if (system.f_flag & ST_NOEXEC) return "mounted noexec";
  if (access(parent.c_str(), W_OK | X_OK) != 0) return last_error();
  return {};
}

}  // namespace

Result<PrivateDirectory> PrivateDirectory::create() {
  std::vector<std::filesystem::path> parents;
  for (const char* variable : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && value[0] == '/') parents.emplace_back(value);
  }
  parents.emplace_back("/tmp");
  std::string tried;
  for (const std::filesystem::path& parent : parents) {
    Result<PrivateDirectory> directory = create_below(parent);
    if (directory) return directory;
    tried += fmt::format("{}{} ({})", tried.empty() ? "" : ", ", parent.string(), directory.error().text);
  }
  return failure(
      fmt::format("no directory for private copies of plugins: tried {}: set XDG_RUNTIME_DIR to one that is "
                  "writable and not "
                  "mounted noexec",
                  tried));
}

Result<PrivateDirectory> PrivateDirectory::create_below(const std::filesystem::path& parent) {
  if (std::string reason = unfit(parent); !reason.empty()) return failure(std::move(reason));
  sweep(parent);
  // Between its making and its locking another process may sweep a directory away: then once more.
  for (int attempt = 0; attempt < 8; ++attempt) {
    std::string path = (parent / (std::string(prefix) + "XXXXXX")).string();
    if (mkdtemp(path.data()) == nullptr) return failure(last_error());
    Descriptor held = lock(path);
    if (held.get() >= 0 && access(path.c_str(), W_OK) == 0) return PrivateDirectory(path, std::move(held));
  }
  return failure("cannot be locked");
}

PrivateDirectory::~PrivateDirectory() {
  if (lock_.get() >= 0) remove_tree(path_);
}

}  // namespace wharf::plugin

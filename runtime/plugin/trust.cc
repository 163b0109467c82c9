#include "plugin/trust.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace wharf::plugin {

namespace {

bool owner_is_trusted(const struct stat& status) { return status.st_uid == 0 || status.st_uid == geteuid(); }

}  // namespace

Result<void> trust_file(const struct stat& status) {
  if (!S_ISREG(status.st_mode))
    return failure("it is not a regular file: put the shared object itself there");
  if (!owner_is_trusted(status)) {
    return failure(fmt::format(
        "it belongs to user {}, who is neither root nor the user of this server: change that with chown",
        status.st_uid));
  }
  if (status.st_mode & S_IWOTH)
    return failure("everybody may write to it: take that right away with chmod o-w");
  if (status.st_mode & S_IWGRP)
    return failure("its group may write to it: take that right away with chmod g-w");
  return {};
}

Result<void> trust_directories_of(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::path directory = std::filesystem::canonical(file, error);
  if (error) return failure(fmt::format("its directory cannot be examined: {}", error.message()));
  do {
    directory = directory.parent_path();
    struct stat status {};
    if (stat(directory.c_str(), &status) != 0) {
      return failure(fmt::format("{} cannot be examined: {}", directory.string(), std::strerror(errno)));
    }
    if (!owner_is_trusted(status)) {
      return failure(
          fmt::format("{}, where it is, belongs to user {}, who is neither root nor the user of this server: "
                      "change that with chown",
                      directory.string(), status.st_uid));
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) && !(status.st_mode & S_ISVTX)) {
      return failure(fmt::format("others may write to {}, where it is: take that right away with chmod go-w",
                                 directory.string()));
    }
  } while (directory != directory.root_path());
  return {};
}

}  // namespace wharf::plugin

#include "consumer/file_root.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "terminal/printable.h"
#include "terminal/remote_path.h"

namespace wharf_paramiko {

namespace {

ssh::Error outside(const std::string& root, const std::string& path) {
  return {ssh::Code::Policy, fmt::format("{} is not below {}, and this route shows nothing else",
                                         terminal::printable_line(path), root)};
}

}  // namespace

void find_existing(ssh::Sftp& sftp, const std::string& root, const std::string& path, Place place) {
  if (root.empty()) return place(path);
  // The root may be a link as well.
  sftp.real_path(root, [&sftp, root, path, place = std::move(place)](ssh::Result<std::string> real_root) {
    if (!real_root) return place(std::move(real_root));
    sftp.real_path(terminal::path_from(root, path),
                   [root = std::move(*real_root), path, place](ssh::Result<std::string> real) {
                     if (real && !terminal::is_within(root, *real))
                       return place(tl::make_unexpected(outside(root, path)));
                     place(std::move(real));
                   });
  });
}

void find_name(ssh::Sftp& sftp, const std::string& root, const std::string& path, Place place) {
  if (root.empty()) return place(path);
  std::optional<terminal::NameInFolder> parts = terminal::name_in_folder(path);
  if (!parts) {
    return place(ssh::failure(ssh::Code::Refused, fmt::format("{} ends in no name: say which file or folder",
                                                              terminal::printable_line(path))));
  }
  const std::string folder = std::exchange(parts->folder, {});
  find_existing(sftp, root, folder,
                [name = std::move(parts->name), place = std::move(place)](ssh::Result<std::string> real) {
                  if (real) *real = terminal::path_from(*real, name);
                  place(std::move(real));
                });
}

}  // namespace wharf_paramiko

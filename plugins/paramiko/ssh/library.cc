#include "library.h"

#include <fmt/format.h>
#include <libssh2.h>

namespace wharf_paramiko::ssh {

Library::Library() : code_(libssh2_init(0)) {}

Library::~Library() {
  if (code_ == 0) libssh2_exit();
}

Result<void> Library::check() const {
  if (code_ == 0) return {};
  return failure(Code::Internal,
                 fmt::format("libssh2 does not start ({}): install the package libssh2-1", code_));
}

}  // namespace wharf_paramiko::ssh

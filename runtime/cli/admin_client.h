// Asks a running server, by the `admin:` address of its routes file.
#pragma once

#include <filesystem>
#include <string>

#include "telemetry/error.h"

namespace wharf::cli {

struct AdminReply {
  unsigned status;
  std::string body;
};

// [loader] One request; blocks. The error says what the operator can do.
Result<AdminReply> ask_admin(const std::filesystem::path& routes_file, const std::string& method,
                             const std::string& path);

}  // namespace wharf::cli

// A session in a file of SESSION_FILE_PATH.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "telemetry/error.h"

namespace wharf::auth::django {

struct SessionFile {
  std::string content;  // signed; empty: a session that was begun
  int64_t changed{};    // Unix time, seconds
};

// [pool] Nothing when there is no such file. `key` is_session_key(), so that no path comes out of it; what is
// no plain file is an error, and so is one that is larger than a session may be.
Result<std::optional<SessionFile>> read_session_file(const std::filesystem::path& directory,
                                                     const std::string& cookie, const std::string& key);

}  // namespace wharf::auth::django

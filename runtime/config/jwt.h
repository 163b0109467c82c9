// `jwt:`, a method of `auth:`.
#pragma once

#include <filesystem>

#include "config/findings.h"
#include "config/jwt_auth.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Reads the keys, too; relative files are relative to `base`.
void read_jwt(const Node& node, const std::filesystem::path& base, JwtAuth& jwt, Findings& findings);

}  // namespace wharf::config

// `django:` in `auth:`.
#pragma once

#include <filesystem>

#include "config/django_auth.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Files and directories are relative to `base`.
void read_django(const Node& node, const std::filesystem::path& base, DjangoAuth& django, Findings& findings);

}  // namespace wharf::config

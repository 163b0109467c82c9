// The routes that are served, for people.
#pragma once

#include <string>

#include "server/deployment.h"

namespace wharf::cli {

// [loader] One line per route, in the order in which they are tried: pattern, consumer and version, file,
// hash.
std::string describe(const server::Deployment& deployment);

}  // namespace wharf::cli

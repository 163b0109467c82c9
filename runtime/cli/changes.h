// What differs between what is served and what would be.
#pragma once

#include <string>
#include <vector>

#include "server/deployment.h"
#include "server/status.h"

namespace wharf::cli {

struct Changes {
  std::vector<std::string> taken;  // one line each, for people: "+ url ^chat/?$: chat 1.0.0 (1f2e3d4c)"
  std::vector<std::string> later;  // what only a restart takes up: "listen"

  bool none() const { return taken.empty() && later.empty(); }
};

// [loader] `status` says how many connections each route has.
Changes compare(const server::Deployment& served, const server::Deployment& candidate,
                const server::Status& status);

}  // namespace wharf::cli

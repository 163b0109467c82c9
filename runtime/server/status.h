// What a server serves at a moment, and what it once served and still has connections of.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "config/config.h"
#include "plugin/generation.h"

namespace wharf::server {

// One route with one generation of its consumer, over all workers.
struct RouteStatus {
  config::Route route;
  std::shared_ptr<const plugin::Generation> generation;
  bool current = true;  // false: replaced, and waiting for its last connection
  uint64_t connections = 0;
};

using Status = std::vector<RouteStatus>;

}  // namespace wharf::server

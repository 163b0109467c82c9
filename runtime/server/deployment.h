// A checked configuration with its plugins loaded: what a server serves, before any instance exists.
#pragma once

#include <memory>
#include <vector>

#include "config/config.h"
#include "plugin/generation.h"
#include "routing/table.h"

namespace wharf::server {

// Immutable; shared by all workers.
struct Deployment {
  std::shared_ptr<const config::Config> config;
  std::shared_ptr<const routing::Table> table;
  std::vector<std::shared_ptr<const plugin::Generation>> generations;  // one per route, by its index
};

}  // namespace wharf::server

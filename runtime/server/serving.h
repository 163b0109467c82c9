// What one worker serves at the moment. A reload makes a new one and puts it in the place of the old in one
// step; connections keep what they began with.
#pragma once

#include <memory>
#include <vector>

#include "auth/authenticator.h"
#include "config/config.h"
#include "routing/table.h"
#include "server/commons.h"
#include "server/page_vhost.h"
#include "server/tls_contexts.h"

namespace wharf::server {

struct Serving {
  std::shared_ptr<const routing::Table> table;
  std::vector<std::shared_ptr<RouteInstance>> routes;  // by the table's route index
  std::unique_ptr<auth::Authenticator> authenticator;
  config::GateLimits limits;
  config::TrustedProxies trusted_proxies;
  uint64_t pending = 0;              // of the channel layer, see there
  std::shared_ptr<PageVhost> pages;  // null: there are none
  std::shared_ptr<const TlsContexts> tls;
};

}  // namespace wharf::server

// Whether a route is for this visitor, before its consumer hears of him.
#pragma once

#include <optional>

#include "auth/authenticator.h"
#include "config/config.h"
#include "server/http_head.h"

namespace wharf::server {

// [any-thread] Nothing when the visitor may ask the consumer; 401 for whom nobody knows, 403 for whom the
// route does not name; and either when somebody who was asked refuses him, whatever the route requires.
std::optional<HttpRefusal> judge_user(const config::Require& require, const auth::Identity& identity);

}  // namespace wharf::server

// The method `forward` of `auth:`: an HTTP server of the operator's says who a visitor is, as with
// auth_request of nginx.
#pragma once

#include <memory>

#include "auth/inquiry/method.h"
#include "config/forward_auth.h"
#include "telemetry/log.h"

namespace wharf::auth::forward {

// [loader] Its service begins.
inquiry::Method start_method(const std::shared_ptr<const config::ForwardAuth>& settings,
                             const std::shared_ptr<telemetry::Log>& log);

}  // namespace wharf::auth::forward

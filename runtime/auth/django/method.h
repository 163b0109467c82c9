// The method `django` of `auth:`: the visitors of one Django, by the cookie of their session.
#pragma once

#include <memory>

#include "auth/inquiry/method.h"
#include "config/django_auth.h"
#include "telemetry/log.h"

namespace wharf::auth::django {

// [loader] Its service begins.
inquiry::Method start_method(const std::shared_ptr<const config::DjangoAuth>& settings,
                             const std::shared_ptr<telemetry::Log>& log);

}  // namespace wharf::auth::django

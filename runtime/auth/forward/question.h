// What is told of a visitor: the header lines of the request, so that all that an answer depends on is one
// text.
#pragma once

#include "auth/authenticator.h"
#include "auth/inquiry/method.h"
#include "config/forward_auth.h"

namespace wharf::auth::forward {

// [worker] One "Name: value" a line. First those that only wharf may say, by the names that Traefik's
// ForwardAuth has for them; then those of the visitor's that `headers` lists.
inquiry::Question question_about(const config::ForwardAuth& settings, const Handshake& handshake);

}  // namespace wharf::auth::forward

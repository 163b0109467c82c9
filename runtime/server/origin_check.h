// Which pages may connect: without this, any page on the web could open a socket as its visitor.
#pragma once

#include <optional>

#include "config/config.h"
#include "server/http_head.h"

namespace wharf::server {

// [any-thread] Nothing when the request is let in, by the rules of Channels' OriginValidator and what
// `origins:` has beyond it. `named_by_cookie`: a cookie says who this is, so a missing Origin needs another
// reason. `secure`: whether the client came by TLS, if somebody says.
std::optional<HttpRefusal> judge_origin(const config::Origins& allowed, const HttpHead& head,
                                        bool named_by_cookie, std::optional<bool> secure);

}  // namespace wharf::server

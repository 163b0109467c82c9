// The small responses that the gate writes itself.
#pragma once

#include <string>
#include <string_view>

#include "server/http_head.h"

namespace wharf::server {

// A whole response with "Connection: close"; the body is `refusal.why` as plain text, left out in an answer
// to HEAD.
std::string compose_answer(const HttpRefusal& refusal, bool with_body);

// The request that makes libwebsockets serve a page: nothing of the stranger's but the path and the few
// headers that a file needs.
std::string compose_page_request(const HttpHead& head);

}  // namespace wharf::server

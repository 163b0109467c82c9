// The small responses that the server writes itself: at the gate, and to its operator.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "server/http_head.h"

namespace wharf::server {

struct HttpAnswer {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::string headers;  // further header lines, each with its CRLF
};

// A whole response with "Connection: close" and `now` as its Date; its body is left out in an answer to HEAD.
std::string compose_answer(const HttpAnswer& answer, bool with_body, std::time_t now = std::time(nullptr));
// The same of a refusal, whose body is one line of text.
std::string compose_answer(const HttpRefusal& refusal, bool with_body, std::time_t now = std::time(nullptr));

// The request that makes libwebsockets serve a page: nothing of the stranger's but the path and the few
// headers that a file needs. `host` is the name of the vhost that has it.
std::string compose_page_request(const HttpHead& head, std::string_view host);

}  // namespace wharf::server

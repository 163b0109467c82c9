#include "auth/forward/question.h"

#include <string>
#include <string_view>

namespace wharf::auth::forward {

inquiry::Question question_about(const config::ForwardAuth& settings, const Handshake& handshake) {
  inquiry::Question question;
  const auto add = [&text = question.text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\n");
  };
  std::string target(handshake.path);
  if (!handshake.query.empty()) target.append("?").append(handshake.query);
  add("X-Forwarded-Method", "GET");
  add("X-Forwarded-Proto", handshake.secure ? "https" : "http");
  add("X-Forwarded-Host", handshake.header("host"));
  add("X-Forwarded-Uri", target);
  // Who comes by a unix socket has no address.
  if (handshake.client_address != "unix") add("X-Forwarded-For", handshake.client_address);
  for (const std::string& name : settings.headers) {
    const std::string_view value = handshake.header(name);
    if (value.empty()) continue;
    add(name, value);
    if (name == "cookie") question.by_cookie = true;
  }
  return question;
}

}  // namespace wharf::auth::forward

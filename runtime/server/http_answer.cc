#include "server/http_answer.h"

#include <boost/beast/http/status.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>

namespace wharf::server {

std::string compose_answer(const HttpAnswer& answer, bool with_body, std::time_t now) {
  boost::beast::string_view phrase =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(answer.status));
  return fmt::format(
      "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\nContent-Type: {}\r\n"
      "X-Content-Type-Options: nosniff\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}",
      answer.status, std::string_view(phrase.data(), phrase.size()), fmt::gmtime(now), answer.content_type,
      answer.body.size(), answer.headers, with_body ? answer.body : std::string());
}

std::string compose_answer(const HttpRefusal& refusal, bool with_body, std::time_t now) {
  return compose_answer(
      HttpAnswer{refusal.status, "text/plain; charset=utf-8", refusal.why + "\n", refusal.headers}, with_body,
      now);
}

std::string compose_page_request(const HttpHead& head, std::string_view host) {
  constexpr std::array<std::string_view, 4> needed = {"if-none-match", "if-modified-since", "range",
                                                      "accept-encoding"};
  std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", head.method, head.raw_path, host);
  for (std::string_view name : needed) {
    std::string_view value = head.first(name);
    if (!value.empty()) request += fmt::format("{}: {}\r\n", name, value);
  }
  return request + "Connection: close\r\n\r\n";
}

}  // namespace wharf::server

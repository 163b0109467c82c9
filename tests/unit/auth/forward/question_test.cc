#include "auth/forward/question.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace wharf;

namespace {

using Headers = std::map<std::string, std::string, std::less<>>;

auth::inquiry::Question ask(const Headers& headers, const char* address = "192.0.2.1", const char* query = "",
                            bool secure = false) {
  const auth::Handshake handshake{address,
                                  [&headers](std::string_view name) {
                                    const auto header = headers.find(name);
                                    return header == headers.end() ? std::string_view() : header->second;
                                  },
                                  query, "/chat/%41", secure};
  return auth::forward::question_about({}, handshake);
}

}  // namespace

TEST_CASE("a question is what wharf says and what is listed of the visitor's headers") {
  const auth::inquiry::Question question =
      ask({{"host", "wharf.test"}, {"cookie", "a=b"}, {"x-other", "1"}, {"user-agent", ""}});
  CHECK(question.text ==
        "X-Forwarded-Method: GET\nX-Forwarded-Proto: http\nX-Forwarded-Host: wharf.test\n"
        "X-Forwarded-Uri: /chat/%41\nX-Forwarded-For: 192.0.2.1\ncookie: a=b\n");
  CHECK(question.by_cookie);
}

TEST_CASE("a visitor without a cookie is named by something else") {
  CHECK_FALSE(ask({{"authorization", "Bearer x"}}).by_cookie);
}

TEST_CASE("a question depends on the query, on TLS and on the address, which a unix socket has none of") {
  CHECK(ask({}, "192.0.2.1", "a=b", true).text ==
        "X-Forwarded-Method: GET\nX-Forwarded-Proto: https\nX-Forwarded-Host: \nX-Forwarded-Uri: "
        "/chat/%41?a=b\n"
        "X-Forwarded-For: 192.0.2.1\n");
  CHECK(ask({}, "unix").text.find("X-Forwarded-For") == std::string::npos);
}

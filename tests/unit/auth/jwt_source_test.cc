#include <doctest/doctest.h>

#include <map>
#include <string>

#include "auth/jwt/token_source.h"

using namespace wharf;
using Kind = config::JwtSource::Kind;

namespace {

std::string found(std::vector<config::JwtSource> sources,
                  const std::map<std::string, std::string, std::less<>>& headers,
                  std::string_view query = {}) {
  config::JwtAuth settings;
  settings.sources = std::move(sources);
  const auth::Handshake handshake{"127.0.0.1",
                                  [&headers](std::string_view name) {
                                    const auto header = headers.find(name);
                                    return header == headers.end() ? std::string_view() : header->second;
                                  },
                                  query};
  const std::optional<auth::jwt::FoundToken> token = auth::jwt::find_token(settings, handshake);
  return token ? std::string(token->token) : "nothing";
}

}  // namespace

TEST_CASE("a token stands in the Authorization header") {
  const std::vector<config::JwtSource> header = {{Kind::Authorization, ""}};
  CHECK(found(header, {{"authorization", "Bearer a.b.c"}}) == "a.b.c");
  CHECK(found(header, {{"authorization", "bearer  a.b.c "}}) == "a.b.c");
  CHECK(found(header, {{"authorization", "Basic a.b.c"}}) == "nothing");
  CHECK(found(header, {{"authorization", "Bearer"}}) == "nothing");
  CHECK(found(header, {{"authorization", "Bearer "}}) == "nothing");
  CHECK(found(header, {{"cookie", "token=a.b.c"}}, "token=a.b.c") == "nothing");
}

TEST_CASE("or in a cookie, the query, or a subprotocol, by its name") {
  CHECK(found({{Kind::Cookie, "token"}}, {{"cookie", "xtoken=1; token=a.b.c; token=2"}}) == "a.b.c");
  CHECK(found({{Kind::Cookie, "token"}}, {{"cookie", "Token=1; tokens=2; token="}}) == "nothing");
  CHECK(found({{Kind::Query, "token"}}, {}, "x=token=1&token=a.b.c&token=2") == "a.b.c");
  CHECK(found({{Kind::Query, "token"}}, {}, "token=") == "nothing");
  CHECK(found({{Kind::Subprotocol, "bearer."}}, {{"sec-websocket-protocol", "chat, bearer.a.b.c"}}) ==
        "a.b.c");
  CHECK(found({{Kind::Subprotocol, "bearer."}}, {{"sec-websocket-protocol", "chat, bearer."}}) == "nothing");
}

TEST_CASE("the first source that has one counts") {
  const std::vector<config::JwtSource> both = {{Kind::Query, "t"}, {Kind::Authorization, ""}};
  CHECK(found(both, {{"authorization", "Bearer header"}}, "t=query") == "query");
  CHECK(found(both, {{"authorization", "Bearer header"}}, "x=query") == "header");
}

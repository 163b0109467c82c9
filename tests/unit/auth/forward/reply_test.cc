#include "auth/forward/reply.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace wharf;
using namespace wharf::auth::forward;
using Kind = auth::inquiry::Answer::Kind;
using SourceKind = config::ForwardSource::Kind;

namespace {

using Headers = std::map<std::string, std::vector<std::string>>;

Reply reply(long status, Headers headers = {}, std::string body = {}) {
  return {status,
          [headers = std::move(headers)](const std::string& name) {
            const auto found = headers.find(name);
            return found == headers.end() ? std::vector<std::string>() : found->second;
          },
          std::move(body)};
}

config::ForwardAuth by_header() {
  config::ForwardAuth settings;
  settings.text = "http://site.test/who";
  return settings;
}

config::ForwardAuth by_json(const std::string& username, const std::string& id = "/id") {
  config::ForwardAuth settings = by_header();
  settings.username = {SourceKind::Json, username};
  settings.id = {SourceKind::Json, id};
  return settings;
}

// "1 alice", or what else it says.
std::string said(const config::ForwardAuth& settings, const Reply& reply) {
  const Result<auth::inquiry::Answer> answer = judge(settings, reply);
  if (!answer) return answer.error().text;
  if (answer->kind == Kind::Refused) return "refused with " + std::to_string(answer->status);
  return answer->kind == Kind::User ? answer->id + " " + answer->username : "nobody";
}

std::string in_json(const std::string& body) { return said(by_json("/username"), reply(200, {}, body)); }

}  // namespace

TEST_CASE("a header names the user") {
  CHECK(said(by_header(), reply(200, {{"x-remote-user", {"alice"}}})) == "alice alice");
  CHECK(said(by_header(), reply(204, {{"x-remote-user", {"zoë"}}})) == "zoë zoë");
  CHECK(said(by_header(), reply(200, {{"x-remote-user", {""}}})) == "nobody");
  CHECK(said(by_header(), reply(200)) == "nobody");
  config::ForwardAuth settings = by_header();
  settings.id = {SourceKind::Header, "x-id"};
  CHECK(said(settings, reply(200, {{"x-remote-user", {"alice"}}, {"x-id", {"7"}}})) == "7 alice");
  CHECK(said(settings, reply(200, {{"x-remote-user", {"alice"}}})) == "alice alice");
  CHECK(said(settings, reply(200, {{"x-id", {"7"}}})) == "nobody");
}

TEST_CASE("a member of a JSON document names the user") {
  CHECK(in_json(R"({"username": "alice", "id": 7})") == "7 alice");
  CHECK(in_json(R"({"username": -7})") == "-7 -7");
  CHECK(said(by_json("/user/name", "/user/0"), reply(200, {}, R"({"user": {"name": "alice"}})")) ==
        "alice alice");
  for (const char* body : {"", "{}", "[]", "3", "null", R"({"username": null})", R"({"username": ""})"}) {
    CHECK_MESSAGE(in_json(body) == "nobody", body);
  }
}

TEST_CASE("two statuses refuse, whatever else is said") {
  CHECK(said(by_header(), reply(401, {{"x-remote-user", {"alice"}}})) == "refused with 401");
  CHECK(said(by_json("/username"), reply(403, {}, "{")) == "refused with 403");
}

TEST_CASE("every other answer is none") {
  const std::string answered = "http://site.test/who answered ";
  CHECK(said(by_header(), reply(302)) == answered + "302, and redirects are not followed");
  for (long status : {101, 400, 402, 404, 500, 503, 600}) {
    CHECK(said(by_header(), reply(status)) == answered + std::to_string(status));
  }
  const auto named = [](std::vector<std::string> values) {
    return said(by_header(), reply(200, {{"x-remote-user", std::move(values)}}));
  };
  CHECK(named({"a", "b"}) == answered + "with several x-remote-user headers");
  CHECK(named({"a\tb"}) == answered + "with a name with a control character");
  CHECK(named({"a\x7f"}) == answered + "with a name with a control character");
  CHECK(named({"\xff"}) == answered + "with a name that is no UTF-8");
  CHECK(named({std::string(1024, 'a')}).ends_with("aaa"));
  CHECK(named({std::string(1025, 'a')}) == answered + "with a name of more than 1024 bytes");
  for (const char* body : {"{", "alice", "{\"username\": \"\xff\"}", "\"a\" \"b\""}) {
    CHECK_MESSAGE(in_json(body) == answered + "with what is no JSON", body);
  }
  for (const char* body : {R"({"username": true})", R"({"username": 1.5})", R"({"username": ["a"]})"}) {
    CHECK(in_json(body) == answered + "with JSON whose /username is neither a text nor a whole number");
  }
  CHECK(in_json(R"({"username": "a\u0000b"})") == answered + "with a name with a control character");
  CHECK(in_json(std::string(60'000, '[')) == answered + "with what is no JSON");
}

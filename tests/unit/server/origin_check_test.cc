#include "server/origin_check.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

#include "config/findings.h"
#include "config/origin.h"

using namespace wharf;
using server::HttpHead;

namespace {

// What `origins:` with these words says.
config::Origins origins(const std::vector<std::string>& words) {
  config::Node list;
  list.kind = config::Node::Kind::List;
  for (const std::string& word : words) {
    auto item = std::make_shared<config::Node>();
    item->kind = config::Node::Kind::Scalar;
    item->text = word;
    list.items.push_back(std::move(item));
  }
  config::Problems problems;
  config::Findings findings("routes.yaml", problems);
  config::Origins read;
  config::read_origins(list, read, findings);
  for (const config::Problem& problem : problems) {
    CHECK_MESSAGE(problem.what.find("empty list") != std::string::npos, problem.what);
  }
  return read;
}

HttpHead from(const std::vector<std::string>& origin, const std::string& host = "wharf.test") {
  HttpHead head;
  head.fields.push_back({"host", host});
  for (const std::string& each : origin) head.fields.push_back({"origin", each});
  return head;
}

unsigned status(const config::Origins& allowed, const HttpHead& head, bool by_cookie = false,
                std::optional<bool> secure = std::nullopt) {
  const std::optional<server::HttpRefusal> refusal = server::judge_origin(allowed, head, by_cookie, secure);
  return refusal ? refusal->status : 101;
}

}  // namespace

TEST_CASE("a list of Django's lets in whom Channels lets in") {
  std::ifstream in(WHARF_SERVER_VECTORS "origins.json");
  const nlohmann::json vectors = nlohmann::json::parse(in).at("vectors");
  REQUIRE(vectors.size() == 100);
  for (const nlohmann::json& vector : vectors) {
    CAPTURE(vector.dump());
    std::vector<std::string> header;
    if (!vector.at("origin").is_null()) header.push_back(vector.at("origin"));
    CHECK(status(origins(vector.at("allowed")), from(header)) == vector.at("status"));
  }
}

TEST_CASE("same-origin is the host and port that the client connected to") {
  const config::Origins same = origins({"same-origin"});
  CHECK(status(same, from({"http://wharf.test"})) == 101);
  CHECK(status(same, from({"https://wharf.test"})) == 101);  // TLS ends at a proxy
  CHECK(status(same, from({"https://WHARF.test:443"})) == 101);
  CHECK(status(same, from({"https://wharf.test"}, "Wharf.Test:443")) == 101);
  CHECK(status(same, from({"http://wharf.test:8000"}, "wharf.test:8000")) == 101);
  CHECK(status(same, from({"http://[::1]:8000"}, "[::1]:8000")) == 101);
  for (const char* other : {"http://wharf.test:8000", "https://wharf.test:80", "http://evil.test",
                            "http://sub.wharf.test", "http://wharf.test.evil.test", "null", "file://",
                            "ws://wharf.test", "chrome-extension://wharf.test"}) {
    CHECK_MESSAGE(status(same, from({other})) == 403, other);
  }
  CHECK(status(same, from({"http://wharf.test"}, "wharf.test:8000")) == 403);
  CHECK(status(same, from({"http://"}, "")) == 403);
  CHECK(status(same, from({"http://wharf.test"}, "user@wharf.test")) == 403);
}

TEST_CASE("same-origin is the scheme as well when somebody knows it") {
  const config::Origins same = origins({"same-origin"});
  const HttpHead plain = from({"http://wharf.test"});
  const HttpHead tls = from({"https://wharf.test"});
  CHECK(status(same, tls, false, true) == 101);
  CHECK(status(same, plain, false, true) == 403);
  CHECK(status(same, tls, false, false) == 403);
  CHECK(status(same, plain, false, false) == 101);
  CHECK(status(same, from({"https://wharf.test:8443"}, "wharf.test:8443"), false, true) == 101);
  CHECK(status(same, from({"https://wharf.test:8443"}, "wharf.test"), false, true) == 403);
  CHECK(status(origins({"wharf.test"}), plain, false, true) == 101);
  CHECK(status(origins({"http://wharf.test"}), plain, false, true) == 101);
}

TEST_CASE("who sends no Origin is a program, unless a cookie says who it is") {
  const config::Origins by_default{};
  CHECK(status(by_default, from({})) == 101);
  CHECK(status(by_default, from({}), true) == 403);
  CHECK(status(by_default, from({"http://wharf.test"}), true) == 101);
  CHECK(status(origins({"same-origin"}), from({})) == 403);
  CHECK(status(origins({"programs"}), from({})) == 101);
  CHECK(status(origins({"programs"}), from({"http://wharf.test"})) == 403);
  CHECK(status(origins({"*"}), from({}), true) == 101);
}

TEST_CASE("an Origin header that is none, or is repeated, is a bad request") {
  const config::Origins same = origins({"same-origin", "*"});
  CHECK(status(same, from({"http://wharf.test", "http://wharf.test"})) == 400);
  for (const char* bad : {"", "wharf.test", "://wharf.test", "1http://wharf.test", "http://wharf.test:",
                          "null null", "http://a b", "http://[::1", "http://wharf.test, http://evil.test"}) {
    CHECK_MESSAGE(status(same, from({bad})) == 400, bad);
  }
}

TEST_CASE("schemes of applications are compared whole") {
  const config::Origins extension = origins({"chrome-extension://abcdef", "capacitor://localhost"});
  CHECK(status(extension, from({"chrome-extension://abcdef"})) == 101);
  CHECK(status(extension, from({"capacitor://localhost"})) == 101);
  CHECK(status(extension, from({"chrome-extension://abcdeg"})) == 403);
  CHECK(status(extension, from({"http://localhost"})) == 403);
}

#include "config/forward.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "config/same.h"
#include "files.h"

using namespace wharf::config;
using Kind = ForwardSource::Kind;

namespace {

const std::string url = "url: https://site.test/who";

ForwardAuth good(const std::string& settings) {
  const Config config = load_good(with_route("auth: [forward: {" + settings + "}]"));
  REQUIRE(config.auth.at(0).kind == AuthMethod::Kind::Forward);
  return *config.auth[0].forward;
}

std::string bad(const std::string& settings) { return problem_of("auth: [forward: {" + settings + "}]"); }

}  // namespace

TEST_CASE("a URL alone is enough") {
  const ForwardAuth forward = good(url);
  CHECK(forward.url == "https://site.test/who");
  CHECK(forward.text == forward.url);
  CHECK(forward.unix_socket.empty());
  CHECK(forward.ca.empty());
  CHECK(forward.method == ForwardAuth::Method::Get);
  CHECK(forward.headers ==
        std::vector<std::string>{"cookie", "authorization", "user-agent", "accept-language", "origin"});
  CHECK(forward.username == ForwardSource{Kind::Header, "x-remote-user"});
  CHECK_FALSE(forward.id);
  CHECK(forward.limits.connections == 8);
  CHECK(forward.limits.timeout == Duration(5'000));
  CHECK(forward.limits.remember == Duration(1'000));
  CHECK(forward.limits.recheck == Duration(60'000));
  CHECK_FALSE(forward.limits.anonymous_without);
}

TEST_CASE("everything else of forward has its key") {
  const ForwardAuth forward = good(
      "url: 'http://site.test:81/who?key=s#x', unix: site.sock, method: POST, headers: [X-Session, cookie, "
      "Cookie], "
      "username: {json: name}, id: {json: /user/id}, connections: 64, timeout: 1 s, remember: 0, "
      "recheck: 5 min, unavailable: anonymous");
  CHECK(forward.url == "http://site.test:81/who?key=s");
  CHECK(forward.text == "http://site.test:81/who");
  CHECK(forward.unix_socket.starts_with('/'));
  CHECK(forward.unix_socket.ends_with("/site.sock"));
  CHECK(forward.method == ForwardAuth::Method::Post);
  CHECK(forward.headers == std::vector<std::string>{"x-session", "cookie"});
  CHECK(forward.username == ForwardSource{Kind::Json, "/name"});
  CHECK(forward.id == ForwardSource{Kind::Json, "/user/id"});
  CHECK(forward.limits == InquiryLimits{64, Duration(1'000), Duration(0), Duration(300'000), true});
  CHECK(good(url + ", username: {header: X-Name}").username == ForwardSource{Kind::Header, "x-name"});
  CHECK(good(url + ", headers: cookie").headers == std::vector<std::string>{"cookie"});
}

TEST_CASE("what is no good URL is refused, and not shown") {
  const std::string example = ": write it like https://site.internal/wharf/who";
  CHECK(bad("method: GET") == "routes.yaml:1:17: `forward` has no `url`" + example);
  CHECK(
      bad("url: 'http://alice:secret@site.test/'") ==
      "routes.yaml:1:23: `url` has a user or a password in it: leave it out, and let the address be one that "
      "others cannot reach");
  CHECK(bad("url: ftp://site.test/") ==
        "routes.yaml:1:23: `url` is of the scheme `ftp`: forward speaks http and https");
  for (const char* text : {"/who", "site.test", "'http://'", "'http://site.test:99999/'", "'http://a b/'"}) {
    const std::string problem = bad("url: " + std::string(text));
    CHECK_MESSAGE(problem.starts_with("routes.yaml:1:23: `url` is no URL: "), problem);
    CHECK(problem.ends_with(example));
  }
}

TEST_CASE("headers that are not the visitor's to send do not go along") {
  const auto of_header = [](const std::string& name) { return bad(url + ", headers: [" + name + "]"); };
  CHECK(of_header("Connection")
            .find("`Connection` cannot go along: it is about the visitor's own connection") !=
        std::string::npos);
  CHECK(of_header("X-Forwarded-For").find("it is wharf that says where a visitor came from") !=
        std::string::npos);
  CHECK(of_header("sec-websocket-key").find("it differs each time") != std::string::npos);
  CHECK(of_header("'X Y'").find("`X Y` is no name of an HTTP header") != std::string::npos);
}

TEST_CASE("where the user is has one of two forms") {
  for (const char* text : {"name", "{}", "{header: a, json: b}", "[a]"}) {
    CHECK(bad(url + ", username: " + text).find("`username` does not say where it is in the answer") !=
          std::string::npos);
  }
  CHECK(bad(url + ", id: {json: /a~2}").find("`/a~2` is no JSON pointer") != std::string::npos);
  CHECK(bad(url + ", id: {jsn: a}").find("unknown key `jsn` in `id`") != std::string::npos);
  CHECK(bad(url + ", user: {json: a}").find("unknown key `user` in `forward`") != std::string::npos);
}

TEST_CASE("certificates are read, and of a file that has some") {
  Files files;
  files.write("ca.pem", "no certificate\n");
  files.write("routes.yaml", with_route("auth: [forward: {" + url + ", ca: ca.pem}]"));
  CHECK(files.problems() ==
        std::vector<std::string>{
            "routes.yaml:1:50: `ca` has no certificate: `ca.pem`: name a file in PEM, whose "
            "first line is -----BEGIN CERTIFICATE-----"});
  CHECK(bad(url + ", ca: nowhere.pem").find("`ca` cannot be read from") != std::string::npos);
  CHECK(bad("url: http://site.test/, ca: nowhere.pem").find("`ca` belongs to an https URL") !=
        std::string::npos);
}

TEST_CASE("forward needs settings, and two of them are the same or not") {
  CHECK(problem_of("auth: [forward]") ==
        "routes.yaml:1:8: `forward` needs settings: write {forward: {url: https://site.internal/wharf/who}}");
  const auto method = [](const std::string& settings) {
    return load_good(with_route("auth: [forward: {" + settings + "}]")).auth.at(0);
  };
  CHECK(same(method(url), method(url)));
  CHECK_FALSE(same(method(url), method(url + ", remember: 0")));
  CHECK_FALSE(same(method(url), method("url: https://site.test/other")));
}

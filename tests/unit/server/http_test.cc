#include <doctest/doctest.h>

#include <string>

#include "server/http_answer.h"
#include "server/http_head.h"
#include "server/scope.h"
#include "server/upgrade.h"

using namespace wharf::server;

namespace {

std::string request(std::string_view target, std::string_view headers = {},
                    std::string_view version = "HTTP/1.1") {
  return "GET " + std::string(target) + " " + std::string(version) + "\r\nHost: here\r\n" +
         std::string(headers) + "\r\n";
}

unsigned refusal_of(const std::string& head) {
  tl::expected<HttpHead, HttpRefusal> read = read_http_head(head);
  return read ? 0 : read.error().status;
}

HttpHead upgrade(std::string_view headers) {
  tl::expected<HttpHead, HttpRefusal> head = read_http_head(request("/", headers));
  REQUIRE(head.has_value());
  return *head;
}

constexpr std::string_view good =
    "Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n";
constexpr std::string_view key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

}  // namespace

TEST_CASE("the end of a head is found wherever the pieces were cut") {
  std::string head = request("/");
  for (size_t cut = 0; cut < head.size(); ++cut) {
    CHECK(find_head_end(std::string_view(head).substr(0, cut), 0) == 0);
    CHECK(find_head_end(head + "rest", cut) == head.size());
  }
}

TEST_CASE("a head is read with its fields in order and repeats kept") {
  tl::expected<HttpHead, HttpRefusal> head =
      read_http_head(request("//a%20b?x=1&y=?", "X-Dup: 1\r\nX_Under: u\r\nx-dup:  2 \r\nX-Latin: \xe9\r\n"));
  REQUIRE(head.has_value());
  CHECK(head->raw_path == "//a%20b");
  CHECK(head->query == "x=1&y=?");
  REQUIRE(head->fields.size() == 5);
  CHECK(head->fields[1].name == "x-dup");
  CHECK(head->fields[2].name == "x_under");
  CHECK(head->fields[3].value == "2");
  CHECK(head->first("x-latin") == "\xe9");
  CHECK(head->count("x-dup") == 2);
}

TEST_CASE("absolute targets lose their origin") {
  CHECK(read_http_head(request("http://here:8000/a?b"))->raw_path == "/a");
  CHECK(read_http_head(request("http://here"))->raw_path == "/");
}

TEST_CASE("heads that are refused") {
  CHECK(refusal_of(request("/")) == 0);
  CHECK(refusal_of("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(refusal_of(request("/", "Host: two\r\n")) == 400);
  CHECK(refusal_of(request("/", "X: a\r\n folded\r\n")) == 400);
  CHECK(refusal_of(request("/", std::string("X: a\0b\r\n", 8))) == 400);
  CHECK(refusal_of(request("/", "X: a\x0b\r\n")) == 400);
  CHECK(refusal_of(request("/", "X: a\x1f\r\n")) == 400);
  CHECK(refusal_of(request("/", "X: a\x7f\r\n")) == 400);
  CHECK(refusal_of(request("/", "X : a\r\n")) == 400);
  CHECK(refusal_of(request("/", "no colon\r\n")) == 400);
  CHECK(refusal_of(request("*")) == 400);
  CHECK(refusal_of(request("message")) == 400);
  CHECK(refusal_of(request("/#part")) == 400);
  CHECK(refusal_of(request("/", "Content-Length: 5\r\n")) == 413);
  CHECK(refusal_of(request("/", "Transfer-Encoding: chunked\r\n")) == 413);
  CHECK(refusal_of(request("/", {}, "HTTP/2.0")) != 0);
  CHECK(refusal_of("\x16\x03\x01\r\n\r\n") == 400);
}

TEST_CASE("an upgrade needs each of its parts") {
  CHECK(check_upgrade(upgrade(std::string(good) + std::string(key))).value() == "dGhlIHNhbXBsZSBub25jZQ==");
  CHECK_FALSE(asks_for_upgrade(upgrade("Connection: Upgrade\r\n")));
  CHECK(asks_for_upgrade(upgrade("Upgrade: h2c, websocket\r\n")));
  CHECK(check_upgrade(upgrade(good)).error().status == 400);
  CHECK(check_upgrade(upgrade(std::string(good) + "Sec-WebSocket-Key: short\r\n")).error().status == 400);
  CHECK(check_upgrade(upgrade(std::string(good) + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n"))
            .error()
            .status == 400);
  CHECK(check_upgrade(upgrade(std::string(good) + std::string(key) + std::string(key))).error().status ==
        400);
  HttpRefusal version =
      check_upgrade(upgrade("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n" +
                            std::string(key)))
          .error();
  CHECK(version.status == 426);
  CHECK(version.headers == "Sec-WebSocket-Version: 13\r\n");
}

TEST_CASE("the subprotocol is the first of the consumer's that the client offered") {
  HttpHead head = upgrade("Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: c\r\n");
  CHECK(choose_subprotocol({"c", "a"}, head) == "c");
  CHECK(choose_subprotocol({"x", "b"}, head) == "b");
  CHECK(choose_subprotocol({"x"}, head).empty());
  CHECK(choose_subprotocol({}, head).empty());
}

TEST_CASE("paths are decoded once, as UTF-8") {
  CHECK(decode_path("/%6dessage%2F") == "/message/");
  CHECK(decode_path("/%E4%BD%A0%20+") == "/\xe4\xbd\xa0 +");
  CHECK(decode_path("/%256d") == "/%6d");
  CHECK(decode_path("/%zz%4") == "/%zz%4");
  CHECK(decode_path("/%ff") == "/\xef\xbf\xbd");
}

TEST_CASE("a page request carries nothing of the stranger's but what a file needs") {
  tl::expected<HttpHead, HttpRefusal> head =
      read_http_head(request("/app.js?x=1", "Cookie: secret\r\nUpgrade: h2c\r\nRange: bytes=0-1\r\n"));
  std::string composed = compose_page_request(*head, "pages");
  CHECK(composed.find("secret") == std::string::npos);
  CHECK(composed.find("pgrade") == std::string::npos);
  CHECK(composed.find("range: bytes=0-1\r\n") != std::string::npos);
  CHECK(composed.starts_with("GET /app.js HTTP/1.1\r\n"));
}

TEST_CASE("an answer has the length of its body, and to HEAD no body") {
  const HttpRefusal refusal{404, "Nothing here.", "X-More: 1\r\n"};
  const std::string whole = compose_answer(refusal, true, 0);
  const std::string head = compose_answer(refusal, false, 0);
  CHECK(whole.starts_with("HTTP/1.1 404 Not Found\r\n"));
  CHECK(whole.find("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n") != std::string::npos);
  CHECK(whole.find("Content-Length: 14\r\n") != std::string::npos);
  CHECK(whole.find("X-More: 1\r\n") != std::string::npos);
  CHECK(whole == head + "Nothing here.\n");
  CHECK(head.ends_with("\r\n\r\n"));
}

#include "server/forwarded.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using namespace wharf;
using server::Client;
using server::HttpHead;

namespace {

config::TrustedProxies trusted() {
  config::TrustedProxies proxies;
  proxies.unix_sockets = true;
  for (const char* text : {"127.0.0.1", "::1", "10.0.0.0/8"}) {
    proxies.networks.push_back(config::parse_network(text).value());
  }
  return proxies;
}

HttpHead forwarded(std::initializer_list<const char*> chains) {
  HttpHead head;
  head.fields.push_back({"host", "wharf.test"});
  for (const char* chain : chains) head.fields.push_back({"x-forwarded-for", chain});
  return head;
}

// Whom a request from the proxy at 127.0.0.1 is for.
std::string client(std::initializer_list<const char*> chains) {
  return find_client(trusted(), {"127.0.0.1", 4000}, forwarded(chains)).text();
}

std::optional<bool> secure(std::initializer_list<const char*> schemes, const char* peer = "127.0.0.1") {
  HttpHead head;
  for (const char* scheme : schemes) head.fields.push_back({"x-forwarded-proto", scheme});
  return find_client(trusted(), {peer, 4000}, head).secure;
}

constexpr const char* proxy = "127.0.0.1:4000";

}  // namespace

TEST_CASE("the client is the last one that is not trusted") {
  CHECK(client({}) == proxy);
  CHECK(client({"192.0.2.1"}) == "192.0.2.1");
  CHECK(client({"192.0.2.7, 192.0.2.1"}) == "192.0.2.1");
  CHECK(client({"192.0.2.1, 10.0.0.1"}) == "192.0.2.1");
  CHECK(client({"127.0.0.1, 192.0.2.1,10.0.0.1 ,\t::1"}) == "192.0.2.1");
  CHECK(client({"192.0.2.1", "10.0.0.1"}) == "192.0.2.1");
  CHECK(client({"192.0.2.7", "192.0.2.1, 10.0.0.1", "10.0.0.2"}) == "192.0.2.1");
  CHECK(client({"10.0.0.3, 10.0.0.2", "10.0.0.1"}) == "10.0.0.3");
}

TEST_CASE("an entry may have a port, and brackets") {
  CHECK(client({"192.0.2.1:5678"}) == "192.0.2.1:5678");
  CHECK(client({"2001:db8::1"}) == "[2001:db8::1]");
  CHECK(client({"[2001:DB8:0::1]"}) == "[2001:db8::1]");
  CHECK(client({"[2001:db8::1]:80"}) == "[2001:db8::1]:80");
  CHECK(client({"192.0.2.1:5, 10.0.0.1:6"}) == "192.0.2.1:5");
  CHECK(client({"::ffff:192.0.2.1"}) == "192.0.2.1");
  CHECK(client({"192.0.2.7, ::ffff:10.0.0.1"}) == "192.0.2.7");
}

TEST_CASE("what stands before an entry that is none is not believed") {
  for (const char* junk : {"",
                           "unknown",
                           "unix:",
                           "_hidden",
                           "192.0.2",
                           "192.0.2.1:99999",
                           "192.0.2.1:",
                           "[192.0.2.1]",
                           "[::1",
                           "::1]:80",
                           "\"192.0.2.1\"",
                           "\"192.0.2.7,192.0.2.1\"",
                           "192.0.2.1 192.0.2.2",
                           "for=192.0.2.1",
                           "fe80::1%eth0",
                           "[fe80::1%eth0]:80",
                           "localhost",
                           "localhost:80",
                           ":80",
                           "\xff"}) {
    CAPTURE(junk);
    CHECK(client({junk}) == proxy);
    CHECK(client({"192.0.2.7", junk}) == proxy);
    CHECK(client({("192.0.2.7," + std::string(junk)).c_str()}) == proxy);
    CHECK(client({("192.0.2.7, " + std::string(junk) + ", 10.0.0.1").c_str()}) == "10.0.0.1");
    CHECK(client({"192.0.2.7", ("," + std::string(junk) + ",10.0.0.2").c_str(), "10.0.0.1"}) == "10.0.0.2");
  }
  CHECK(client({"192.0.2.7", ", 10.0.0.1"}) == "10.0.0.1");
  CHECK(client({"192.0.2.7, 10.0.0.1,"}) == proxy);
}

TEST_CASE("TLS to this server is known without anybody's word, and a trusted proxy's word counts more") {
  HttpHead head;
  CHECK(find_client(trusted(), {"192.0.2.9", 4000, true}, head).secure == true);
  CHECK(find_client(trusted(), {"127.0.0.1", 4000, true}, head).secure == true);
  head.fields.push_back({"x-forwarded-proto", "http"});
  CHECK(find_client(trusted(), {"192.0.2.9", 4000, true}, head).secure == true);
  CHECK(find_client(trusted(), {"127.0.0.1", 4000, true}, head).secure == false);
}

TEST_CASE("nobody else's word counts") {
  const HttpHead head = forwarded({"192.0.2.1"});
  for (const char* stranger : {"127.0.0.2", "192.0.2.9", "::2", "11.0.0.1"}) {
    const Client found = find_client(trusted(), {stranger, 4000}, head);
    CHECK(found.address == stranger);
    CHECK(found.port == 4000);
    CHECK_FALSE(secure({"https"}, stranger).has_value());
  }
  CHECK(find_client({}, {"127.0.0.1", 4000}, head).address == "127.0.0.1");
  CHECK(find_client({}, {}, head).address.empty());
  CHECK(find_client(trusted(), {}, head).address == "192.0.2.1");
  CHECK(find_client(trusted(), {"::1", 1}, head).address == "192.0.2.1");
}

TEST_CASE("the last scheme tells how the client came") {
  CHECK_FALSE(secure({}).has_value());
  CHECK(secure({"https"}) == true);
  CHECK(secure({"HTTPS"}) == true);
  CHECK(secure({"wss"}) == true);
  CHECK(secure({"http"}) == false);
  CHECK(secure({"ws"}) == false);
  CHECK(secure({"https, http"}) == false);
  CHECK(secure({"http", " https "}) == true);
  CHECK(secure({"https"}, "") == true);
  for (const char* none : {"", "https,", "ftp", "\"https\"", "https http"}) {
    CHECK_MESSAGE(!secure({none}).has_value(), none);
    CHECK_MESSAGE(!secure({"https", none}).has_value(), none);
  }
}

TEST_CASE("the Forwarded header is anybody's") {
  HttpHead head;
  head.fields.push_back({"forwarded", "for=192.0.2.1;proto=https"});
  const Client found = find_client(trusted(), {"127.0.0.1", 4000}, head);
  CHECK(found.text() == proxy);
  CHECK_FALSE(found.secure.has_value());
}

#include "config/listen.h"

#include <doctest/doctest.h>

#include "files.h"

using namespace wharf::config;

TEST_CASE("an address to listen on is host and port, or a unix socket") {
  struct Good {
    const char* text;
    const char* host;
    uint16_t port;
  };
  for (const Good& good :
       {Good{"127.0.0.1:8000", "127.0.0.1", 8000}, Good{"[::1]:8000", "::1", 8000}, Good{":8000", "", 8000},
        Good{"localhost:0", "localhost", 0}, Good{"[fe80::1%eth0]:65535", "fe80::1%eth0", 65535}}) {
    CAPTURE(good.text);
    wharf::Result<ListenAddress> address = parse_listen(good.text);
    REQUIRE(address.has_value());
    CHECK(address->kind == ListenAddress::Kind::Tcp);
    CHECK(address->text == good.text);
    CHECK(address->host == good.host);
    CHECK(address->port == good.port);
  }
  wharf::Result<ListenAddress> socket = parse_listen("unix:/run/wharf.sock");
  REQUIRE(socket.has_value());
  CHECK(socket->kind == ListenAddress::Kind::Unix);
  CHECK(socket->path == "/run/wharf.sock");
  wharf::Result<ListenAddress> passed = parse_listen("systemd:web");
  REQUIRE(passed.has_value());
  CHECK(passed->kind == ListenAddress::Kind::Systemd);
  CHECK(passed->name == "web");
  CHECK(parse_listen("systemd")->name.empty());
}

TEST_CASE("what is no address says how to write one") {
  CHECK(parse_listen("8000").error().text == "write 127.0.0.1:8000, or :8000 for every address");
  CHECK(parse_listen("::1:8000").error().text == "put an IPv6 address into brackets, as in [::1]:8000");
  CHECK(parse_listen("127.0.0.1:65536").error().text == "a port is a number from 0 to 65535");
  CHECK(parse_listen("1.2.3:80").error().text == "an IPv4 address has four numbers from 0 to 255");
  CHECK(parse_listen("unix:wharf.sock").error().text == "write the whole path, as in unix:/run/wharf.sock");
  CHECK(parse_listen("unix:/" + std::string(107, 'x')).error().text ==
        "the path of a socket has at most 107 bytes");
  for (const char* text :
       {"", "localhost", "http://localhost:80", "a b:80", "[127.0.0.1]:80", "[]:80", ":", "a:-1", "a:+1",
        "a:80x", "/run/wharf.sock", "*:80", "[::1]", "[::1", "[::1]80", "[fe80::1%e/0]:80"}) {
    CHECK_MESSAGE(!parse_listen(text), text);
  }
}

TEST_CASE("one address or a list, each once") {
  CHECK(load_good(with_route("")).listen.at(0).text == "127.0.0.1:8000");
  CHECK(load_good(with_route("listen: :80")).listen.at(0).port == 80);
  Config two = load_good(with_route("listen: ['[::1]:8000', 127.0.0.1:8000, 127.0.0.1:0, 127.0.0.1:0]"));
  CHECK(two.listen.size() == 4);
  CHECK(two.listen.at(0).host == "::1");
  CHECK(two.listen.at(1).where.column == 24);
  CHECK(problem_of("listen: [a:1, A:1]") ==
        "routes.yaml:1:15: duplicate address `A:1`, first written in line 1: keep one of the two");
  CHECK(problem_of("listen: []") ==
        "routes.yaml:1:9: `listen` is an empty list: write one entry, or remove the key");
  CHECK(problem_of("listen: [[a:1]]") == "routes.yaml:1:10: `listen` is a list: write text");
  CHECK(problem_of("listen:") == "routes.yaml:1:1: `listen` has no value: write text, or remove the key");
}

TEST_CASE("an address may stand in a map, beside its settings") {
  CHECK(load_good(with_route("listen: {address: ':8443'}")).listen.at(0).port == 8443);
  Config two = load_good(with_route("listen: [127.0.0.1:8000, {address: 'unix:/run/wharf.sock'}]"));
  REQUIRE(two.listen.size() == 2);
  CHECK(two.listen.at(1).path == "/run/wharf.sock");
  CHECK(two.listen.at(1).where.column == 36);
  CHECK(problem_of("listen: [a:1, {address: A:1}]") ==
        "routes.yaml:1:25: duplicate address `A:1`, first written in line 1: keep one of the two");
  CHECK(problem_of("listen: {}") ==
        "routes.yaml:1:9: an entry of `listen` has no `address`: add one: `address: 127.0.0.1:8000`");
  CHECK(problem_of("listen: {address: 8000}") ==
        "routes.yaml:1:19: `8000` is no address to listen on: write 127.0.0.1:8000, or :8000 for every "
        "address");
  CHECK(problem_of("listen: {address: [a:1]}") == "routes.yaml:1:19: `address` is a list: write text");
  CHECK(problem_of("listen: [{address: a:1, path: b}]").find("unknown key `path` in an entry of `listen`") !=
        std::string::npos);
  CHECK(problem_of("admin: {address: '127.0.0.1:8001'}") == "routes.yaml:1:8: `admin` is a map: write text");
}

TEST_CASE("admin is one address that strangers cannot reach") {
  CHECK_FALSE(load_good(with_route("")).admin.has_value());
  CHECK(load_good(with_route("admin: unix:/run/wharf/admin.sock")).admin->path == "/run/wharf/admin.sock");
  CHECK(load_good(with_route("admin: '[::1]:8001'")).admin->port == 8001);
  CHECK(problem_of("admin: 0.0.0.0:8001") ==
        "routes.yaml:1:8: `admin` cannot be `0.0.0.0:8001`: whoever reaches it may command the server: write "
        "unix:/run/wharf/admin.sock, or an address such as 127.0.0.1:8001");
  CHECK(problem_of("admin: 8001").find("is no address to listen on") != std::string::npos);
}

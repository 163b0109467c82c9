#include "config/redis_url.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf::config;

namespace {

std::string error_of(std::string_view text) {
  wharf::Result<RedisHost> host = parse_redis_url(text);
  return host ? "no error" : host.error().text;
}

}  // namespace

TEST_CASE("a Redis is a host, a port and a database") {
  struct Good {
    const char* url;
    const char* host;
    uint16_t port;
    unsigned database;
    const char* text;
  };
  for (const Good& good :
       {Good{"redis://127.0.0.1:6380/3", "127.0.0.1", 6380, 3, "redis://127.0.0.1:6380/3"},
        Good{"redis://localhost", "localhost", 6379, 0, "redis://localhost:6379/0"},
        Good{"redis://localhost/", "localhost", 6379, 0, "redis://localhost:6379/0"},
        Good{"redis://[::1]", "::1", 6379, 0, "redis://[::1]:6379/0"},
        Good{"redis://[fe80::1%25eth0]:1/65535", "fe80::1%eth0", 1, 65535, "redis://[fe80::1%eth0]:1/65535"},
        Good{"redis://a:65535?db=7", "a", 65535, 7, "redis://a:65535/7"}}) {
    CAPTURE(good.url);
    wharf::Result<RedisHost> host = parse_redis_url(good.url);
    REQUIRE(host.has_value());
    CHECK(host->server.host == good.host);
    CHECK(host->server.port == good.port);
    CHECK(host->server.path.empty());
    CHECK(host->database == good.database);
    CHECK(host->text == good.text);
    CHECK(host->username.empty());
    CHECK(host->password.empty());
  }
}

TEST_CASE("a Redis is a unix socket") {
  wharf::Result<RedisHost> host = parse_redis_url("unix://me:secret@/run/my%20redis@1.sock?db=2");
  REQUIRE(host.has_value());
  CHECK(host->server.path == "/run/my redis@1.sock");
  CHECK(host->database == 2);
  CHECK(host->username == "me");
  CHECK(host->password == "secret");
  CHECK(host->text == "unix:///run/my redis@1.sock?db=2");
  CHECK(parse_redis_url("unix:///run/redis.sock").value().database == 0);
}

TEST_CASE("user and password are decoded, and in no text") {
  wharf::Result<RedisHost> host = parse_redis_url("redis://m%65:p%40%2f%3A:@s@h/1");
  REQUIRE(host.has_value());
  CHECK(host->username == "me");
  CHECK(host->password == "p@/::@s");
  CHECK(host->text == "redis://h:6379/1");
  CHECK(parse_redis_url("redis://:pass@h").value().username.empty());
  CHECK(parse_redis_url("redis://me@h").value().username == "me");  // the password stands elsewhere
}

TEST_CASE("schemes that are refused by name") {
  CHECK(error_of("rediss://h") ==
        "this build speaks no TLS to Redis: put a TLS tunnel such as stunnel beside this server, or use a "
        "unix socket");
  CHECK(error_of("redis+socket:///a") == "a unix socket is written unix:///run/redis.sock?db=0");
  CHECK(error_of("redis+sentinel://h") ==
        "write redis://127.0.0.1:6379/0 or unix:///run/redis.sock?db=0, or a map with `sentinels` and "
        "`master_name`");
  CHECK(error_of("redi://h") == "its scheme is unknown: did you mean `redis`?");
  CHECK(error_of("http://h") == "its scheme is unknown: write one of `redis`, `unix`");
  CHECK(error_of("h:6379") == "write redis://127.0.0.1:6379/0 or unix:///run/redis.sock?db=0");
}

TEST_CASE("what is no URL of a Redis says how to write one") {
  const std::string database = "the database is a number from 0 to 65535, as in redis://127.0.0.1:6379/1";
  CHECK(error_of("redis://h/x") == database);
  CHECK(error_of("redis://h/0/") == database);
  CHECK(error_of("redis://h/65536") == database);
  CHECK(error_of("redis://h/-1") == database);
  CHECK(error_of("redis://h?db=") == database);
  CHECK(error_of("redis://h?db") == database);
  CHECK(error_of("redis://h/1?db=1") == "the database stands in the path and in `db`: keep one of the two");
  CHECK(error_of("redis://h?db=1&db=1") == "`db` stands twice: keep one");
  CHECK(error_of("redis://h?db=1&timeout=1") ==
        "`timeout` means nothing in this URL, only `db` does: remove it");
  CHECK(error_of("redis://h/0#a") ==
        "a fragment, what follows the `#`, means nothing in this URL: remove it");
  CHECK(error_of("redis://:0") == "a port is a number from 1 to 65535");
  CHECK(error_of("redis://h:") == "a port is a number from 1 to 65535");
  CHECK(error_of("redis://::1") == "put an IPv6 address into brackets, as in [::1]:8000");
  CHECK(error_of("redis://1.2.3") == "an IPv4 address has four numbers from 0 to 255");
  CHECK(error_of("redis:///1") == "the host is missing, as in redis://127.0.0.1:6379/0");
  CHECK(error_of("redis://@h") == "nothing stands before the `@`: write :password@, or remove it");
  CHECK(error_of("redis://a:@h") == "its password is empty: write it, or remove the colon before the `@`");
  CHECK(error_of("redis://a%0a:b@h") == "its user name holds a control character: remove it");
  const std::string escape =
      "a `%` begins an escape of two hexadecimal digits: write the character itself as %25";
  for (const char* url :
       {"redis://:a%@h", "redis://:a%4@h", "redis://:%zz@h", "redis://%4:a@h", "unix:///%1"}) {
    CHECK_MESSAGE(error_of(url) == escape, url);
  }
  CHECK(error_of("unix://h/a") == "a socket has no host: write three slashes, as in unix:///run/redis.sock");
  CHECK(error_of("unix://") == "the path of the socket is missing, as in unix:///run/redis.sock");
  CHECK(error_of("unix:///a%00b") == "its path holds a control character: remove it");
  CHECK(error_of("unix:///" + std::string(107, 'x')) == "the path of a socket has at most 107 bytes");
}

TEST_CASE("a password that was not escaped") {
  const std::string hint = "write `/`, `?` and `#` in a user name or a password as %2F, %3F and %23";
  for (const char* url : {"redis://:a/secret@h", "redis://:a?secret@h", "redis://:a#secret@h"}) {
    CHECK_MESSAGE(error_of(url) == hint, url);
  }
}

TEST_CASE("what a message shows of a URL") {
  CHECK(without_password("redis://me:secret@h:1/0") == "redis://…@h:1/0");
  CHECK(without_password("redis://h:1/0") == "redis://h:1/0");
  CHECK(without_password("redis+tls://h?password=secret") == "redis+tls://h?…");
  CHECK(without_password("redis://h#secret") == "redis://h#…");
  for (const char* text : {"redis:/:secret@h", ":secret@h", "a:secret@b://c@h", "redis://:a/secret@h",
                           "redis://:a?secret@h", "redis://:a#secret@h", "redis://h?password=secret&a=@h"}) {
    CHECK_MESSAGE(without_password(text).find("secret") == std::string::npos, text);
  }
}

#include "config/redis_host.h"

#include <doctest/doctest.h>

#include <string>

#include "files.h"

using namespace wharf::config;

namespace {

using Lines = std::vector<std::string>;

std::string with_hosts(std::string_view hosts) {
  return "channel_layer:\n  backend: redis\n  hosts: " + std::string(hosts);
}

std::vector<RedisHost> hosts_of(std::string_view hosts) {
  return load_good(with_route(with_hosts(hosts))).channel_layer.hosts;
}

std::string problem_with(std::string_view hosts) { return problem_of(with_hosts(hosts)); }

}  // namespace

TEST_CASE("one host or several, in their order") {
  std::vector<RedisHost> one = hosts_of("redis://10.0.0.1:6379/1");
  REQUIRE(one.size() == 1);
  CHECK(one[0].text == "redis://10.0.0.1:6379/1");
  CHECK(one[0].where.line == 3);
  CHECK(one[0].where.column == 10);
  std::vector<RedisHost> three = hosts_of("[redis://b, {url: redis://a}, unix:///a]");
  REQUIRE(three.size() == 3);
  CHECK(three[0].server.host == "b");
  CHECK(three[1].server.host == "a");
  CHECK(three[2].server.path == "/a");
  CHECK(three[1].where.column == 22);
}

TEST_CASE("a host as a map keeps its password out of the URL") {
  RedisHost host = hosts_of("{url: redis://h/1, username: me, password: secret}").at(0);
  CHECK(host.username == "me");
  CHECK(host.password == "secret");
  CHECK(host.database == 1);
  CHECK(host.text == "redis://h:6379/1");
  RedisHost mixed = hosts_of("{url: redis://me@h, password: secret}").at(0);
  CHECK(mixed.username == "me");
  CHECK(mixed.password == "secret");
}

TEST_CASE("Sentinels name the host") {
  RedisHost host = hosts_of(
                       "{sentinels: [10.0.0.1, '[::1]:26380'], master_name: mymaster, database: 2, username: "
                       "me, password: p, sentinel_password: s}")
                       .at(0);
  REQUIRE(host.sentinels.size() == 2);
  CHECK(host.sentinels[0].host == "10.0.0.1");
  CHECK(host.sentinels[0].port == 26379);
  CHECK(host.sentinels[1].host == "::1");
  CHECK(host.sentinels[1].port == 26380);
  CHECK(host.master_name == "mymaster");
  CHECK(host.database == 2);
  CHECK(host.username == "me");
  CHECK(host.password == "p");
  CHECK(host.sentinel_password == "s");
  CHECK(host.text == "mymaster/2 of the Sentinels 10.0.0.1:26379, [::1]:26380");
}

TEST_CASE("two equal hosts") {
  const std::string remedy =
      ", first written in line 3: keep one of the two: names are spread over the hosts";
  CHECK(problem_with("[redis://h, redis://:p@H:6379/0]") ==
        "routes.yaml:3:22: duplicate host `redis://H:6379/0`" + remedy);
  CHECK(problem_with("[unix:///a, 'unix:///a?db=0']") ==
        "routes.yaml:3:22: duplicate host `unix:///a?db=0`" + remedy);
  CHECK(problem_with("[{sentinels: [a, b], master_name: m}, {sentinels: [B, a], master_name: m}]") ==
        "routes.yaml:3:48: duplicate host `m/0 of the Sentinels B:26379, a:26379`" + remedy);
  CHECK(hosts_of("[redis://h/0, redis://h/1, unix:///a, unix:///A]").size() == 4);
}

TEST_CASE("what is no host") {
  CHECK(problem_with("") ==
        "routes.yaml:3:3: a host of `hosts` is nothing: write a URL such as "
        "redis://127.0.0.1:6379/0, or a map");
  CHECK(problem_with("[]") ==
        "routes.yaml:3:10: `hosts` is an empty list: write one host, or remove the key");
  CHECK(problem_with("[[h, 6379]]") ==
        "routes.yaml:3:11: a host of `hosts` is a list: write a URL such as "
        "redis://127.0.0.1:6379/0, or a map");
  CHECK(problem_with("rediss://me:secret@h") ==
        "routes.yaml:3:10: `rediss://…@h` is no URL of a Redis: this build speaks no TLS to Redis: put a TLS "
        "tunnel such as stunnel beside this server, or use a unix socket");
  CHECK(problem_with("{url: [a]}") ==
        "routes.yaml:3:16: a list is no URL of a Redis: write a URL such as redis://127.0.0.1:6379/0");
  CHECK(problem_with("redis://me@h") ==
        "routes.yaml:3:10: a user name without a password: write "
        "user:password@, or a map with `url` and `password`");
}

TEST_CASE("what is wrong with a map") {
  CHECK(problem_with("{}") ==
        "routes.yaml:3:10: this host has no `url`: add `url: redis://127.0.0.1:6379/0`");
  CHECK(problem_with("{url: redis://h, user: me}") ==
        "routes.yaml:3:27: unknown key `user` in a host of `hosts`: write one of `url`, `sentinels`, "
        "`username`, `password`");
  CHECK(problem_with("{url: redis://h, passwrd: me}") ==
        "routes.yaml:3:27: unknown key `passwrd` in a host of `hosts`: did you mean `password`?");
  CHECK(problem_with("{url: redis://h, database: 1}") ==
        "routes.yaml:3:27: `database` belongs to `sentinels`: a URL ends with its database, as in "
        "redis://127.0.0.1:6379/1");
  CHECK(problem_with("{url: redis://h, master_name: m}") ==
        "routes.yaml:3:27: `master_name` belongs to `sentinels`: add `sentinels`, or remove it");
  CHECK(problem_with("{url: redis://h, port: 1}") ==
        "routes.yaml:3:27: `port` belongs into the `url`: write url: redis://127.0.0.1:6379/0");
  CHECK(problem_with("{url: redis://h, address: redis://h}") ==
        "routes.yaml:3:27: `address` is called `url` here: write url: redis://127.0.0.1:6379/0");
  CHECK(problem_with("{url: redis://h, username: me}") ==
        "routes.yaml:3:27: a user name without a password: add `password`, or remove the user name");
  CHECK(problem_with("{url: redis://me:p@h, password: q}") ==
        "routes.yaml:3:32: `password` stands in the URL too: keep one of the two");
  CHECK(problem_with("{url: redis://me:p@h, username: me}") ==
        "routes.yaml:3:32: `username` stands in the URL too: keep one of the two");
  CHECK(problem_with("{url: redis://h, sentinels: a, master_name: m}") ==
        "routes.yaml:3:11: a host has either `url` or `sentinels`: remove one of the two");
}

TEST_CASE("what is wrong with Sentinels") {
  CHECK(problem_with("{sentinels: a}") ==
        "routes.yaml:3:10: `sentinels` without a `master_name`: add the name that the Sentinels know the "
        "master by: master_name: mymaster");
  CHECK(problem_with("{sentinels: [], master_name: m}") ==
        "routes.yaml:3:22: `sentinels` is an empty list: write one entry, or remove the key");
  CHECK(problem_with("{sentinels: [a, 'A:26379'], master_name: m}") ==
        "routes.yaml:3:26: duplicate Sentinel `A:26379`, first written in line 3: keep one of the two");
  CHECK(problem_with("{sentinels: ['redis://:secret@a'], master_name: m}") ==
        "routes.yaml:3:23: `redis://…@a` is no address of a Sentinel: a host is an address, or a name of "
        "letters, digits, `.`, `-` and `_`");
  CHECK(problem_with("{sentinels: ['a:0'], master_name: m}") ==
        "routes.yaml:3:23: `a:0` is no address of a Sentinel: a port is a number from 1 to 65535");
  CHECK(problem_with("{sentinels: [':1'], master_name: m}") ==
        "routes.yaml:3:23: `:1` is no address of a Sentinel: the host is missing, as in 127.0.0.1:26379");
  CHECK(problem_with("{sentinels: a, master_name: m, database: 65536}") ==
        "routes.yaml:3:51: `database` is out of range: `65536`: write something from 0 to 65535");
}

TEST_CASE("every wrong host is reported, and no message shows a password") {
  Lines problems = problems_of(with_route(
      with_hosts("\n    - redis://:hunter2@h:x\n    - redis://:hunter2/@h\n    - {url: 'tcp://:hunter2@h'}\n"
                 "    - redis://h?password=hunter2\n    - {url: redis://h, password: [hunter2]}\n"
                 "    - redis:/:hunter2@h\n    - unix://:hunter2@h/a\n    - redis://h#hunter2\n")));
  CHECK(problems.size() == 8);
  for (size_t i = 0; i < problems.size(); ++i) {
    CHECK(problems[i].starts_with("routes.yaml:" + std::to_string(i + 4) + ":"));
    CHECK(problems[i].find("hunter2") == std::string::npos);
  }
}

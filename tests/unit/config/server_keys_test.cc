// The keys at the top level but `listen`, `channel_layer`, `include` and `routes`.
#include <doctest/doctest.h>

#include <thread>

#include "files.h"

using namespace wharf::config;
using std::chrono::milliseconds;

TEST_CASE("workers are a number or auto") {
  CHECK(load_good(with_route("")).workers ==
        std::min(256u, std::max(1u, std::thread::hardware_concurrency())));
  CHECK(load_good(with_route("workers: auto")).workers == load_good(with_route("")).workers);
  CHECK(load_good(with_route("workers: 256")).workers == 256);
  CHECK(problem_of("workers: 0") ==
        "routes.yaml:1:10: `workers` is out of range: `0`: write something from 1 to 256");
  CHECK(problem_of("workers: 99999999999999999999") ==
        "routes.yaml:1:10: `workers` is out of range: `99999999999999999999`: write something from 1 to 256");
  CHECK(problem_of("workers: '2'") ==
        "routes.yaml:1:10: `workers` is the text `2`: write a whole number from 1 to 256, or `auto`");
  CHECK(problem_of("workers: -1") ==
        "routes.yaml:1:10: `workers` is the text `-1`: write a whole number from 1 to 256, or `auto`");
}

TEST_CASE("io_uring is auto or off") {
  CHECK(load_good(with_route("")).io_uring);
  CHECK(load_good(with_route("io_uring: auto")).io_uring);
  CHECK(!load_good(with_route("io_uring: off")).io_uring);
  CHECK(problem_of("io_uring: on") ==
        "routes.yaml:1:11: `io_uring` cannot be `on`: write one of `auto`, `off`");
}

TEST_CASE("the plugin path is relative to the file, and in order") {
  Files files;
  files.write("etc/routes.yaml", with_route("plugin_path: [../lib, /usr/lib/wharf]"));
  Config config = files.load("etc/routes.yaml").value();
  CHECK(config.file == files.path("etc/routes.yaml"));
  CHECK(config.plugin_path == std::vector<std::filesystem::path>{files.path("lib"), "/usr/lib/wharf"});
  CHECK(load_good(with_route("plugin_path: /a")).plugin_path == std::vector<std::filesystem::path>{"/a"});
  CHECK(problem_of("plugin_path: [[]]") == "routes.yaml:1:15: `plugin_path` is a list: write text");
}

TEST_CASE("auth is an ordered list") {
  Config config = load_good(
      with_route("auth: [{header: {name: X-Remote-User, trust: [127.0.0.1, '0:0::1', unix]}}, anonymous]"));
  REQUIRE(config.auth.size() == 2);
  CHECK(config.auth[0].kind == AuthMethod::Kind::Header);
  CHECK(config.auth[0].header == "x-remote-user");
  CHECK(config.auth[0].trust == std::vector<std::string>{"127.0.0.1", "::1", "unix"});
  CHECK(config.auth[1].kind == AuthMethod::Kind::Anonymous);
  CHECK(load_good(with_route("")).auth.size() == 1);
}

TEST_CASE("a header is believed from named addresses only") {
  CHECK(problem_of("auth: [{header: {name: X-User}}]") ==
        "routes.yaml:1:17: `header` has no `trust`: anybody can send a header: add the addresses of your "
        "proxy: trust: [127.0.0.1]");
  CHECK(problem_of("auth: [{header: {name: X-User, trust: []}}]") ==
        "routes.yaml:1:39: `trust` is an empty list: write one entry, or remove the key");
  CHECK(problem_of("auth: [{header: {name: X-User, trust: [10.0.0.0/8]}}]") ==
        "routes.yaml:1:40: `10.0.0.0/8` is no address to trust: write single addresses such as 127.0.0.1 or "
        "::1, or `unix` for unix sockets");
  CHECK(problem_of("auth: [{header: {trust: unix}}]") ==
        "routes.yaml:1:17: `header` has no `name`: add the header's name: name: X-Remote-User");
  CHECK(problem_of("auth: [{header: {name: 'X User', trust: unix}}]") ==
        "routes.yaml:1:24: `X User` is no name of an HTTP header: write it like X-Remote-User");
}

TEST_CASE("what auth does not know") {
  CHECK(problem_of("auth: anonymous") ==
        "routes.yaml:1:7: `auth` is the text `anonymous`: write a list, such as [anonymous]");
  CHECK(problem_of("auth: []") ==
        "routes.yaml:1:7: `auth` is an empty list: write a list, such as [anonymous]");
  CHECK(problem_of("auth: [anonymos]") ==
        "routes.yaml:1:8: unknown method `anonymos` in `auth`: did you mean `anonymous`?");
  CHECK(
      problem_of("auth: [header]") ==
      "routes.yaml:1:8: `header` needs settings: write {header: {name: X-Remote-User, trust: [127.0.0.1]}}");
  CHECK(problem_of("auth: [{heder: {}}]") ==
        "routes.yaml:1:9: unknown key `heder` in a method of `auth`: did you mean `header`?");
  CHECK(problem_of("auth: [anonymous, {header: {name: X-User, trust: unix}}]") ==
        "routes.yaml:1:19: this method is never asked: `anonymous` before it takes everybody: put "
        "`anonymous` last");
}

TEST_CASE("limits of the server") {
  Config config =
      load_good(with_route("limits: {message: 2 MiB, outbox: 3 MiB, slow_consumer: drop, idle: 1 h, ping: 0, "
                           "pong: 1 s, close: 300 ms, handshake: 2 s, head: 32 KiB, connections: 5}"));
  CHECK(config.limits.message == 2 << 20);
  CHECK(config.limits.outbox == 3 << 20);
  CHECK(config.limits.slow_consumer == SlowConsumer::Drop);
  CHECK(config.limits.idle == milliseconds(3'600'000));
  CHECK(config.limits.ping == milliseconds(0));
  CHECK(config.limits.pong == milliseconds(1'000));
  CHECK(config.limits.close == milliseconds(300));
  CHECK(config.gate.handshake == milliseconds(2'000));
  CHECK(config.gate.head == 32 << 10);
  CHECK(config.gate.connections == 5);
  CHECK(config.routes.at(0).limits.message == 2 << 20);
  CHECK(load_good(with_route("limits:")).limits.message == 1 << 20);
}

TEST_CASE("limits out of their range") {
  CHECK(problem_of("limits: {message: 0}") ==
        "routes.yaml:1:19: `message` is out of range: `0`: write something from 1 B to 1 GiB");
  CHECK(problem_of("limits: {pong: 0}") ==
        "routes.yaml:1:16: `pong` is out of range: `0`: write something from 1 ms to 365 d");
  CHECK(problem_of("limits: {idle: 366 d}") ==
        "routes.yaml:1:16: `idle` is out of range: `366 d`: write something from 1 ms to 365 d, or 0 to "
        "switch it off");
  CHECK(problem_of("limits: {slow_consumer: clse}") ==
        "routes.yaml:1:25: `slow_consumer` cannot be `clse`: did you mean `close`?");
  CHECK(problem_of("limits: {message: [1]}") ==
        "routes.yaml:1:19: `message` is a list: write a size, such as 64 KiB or 1 MiB");
  CHECK(problem_of("limits: 5") == "routes.yaml:1:9: `limits` is the text `5`: write `key: value` lines");
}

TEST_CASE("pages come from directories that exist") {
  Files files;
  files.write("web/index.html", "");
  files.write("routes.yaml", with_route("static: {/: web, /help/: ./web/}"));
  Config config = files.load().value();
  REQUIRE(config.static_mounts.size() == 2);
  CHECK(config.static_mounts[0].url == "/");
  CHECK(config.static_mounts[0].directory == files.path("web"));
  CHECK(config.static_mounts[1].url == "/help");
  files.write("routes.yaml", with_route("static: {/: wbe, /a: web/index.html, b: web, /c: web, /c/: web}"));
  CHECK(files.problems() ==
        std::vector<std::string>{"routes.yaml:1:13: there is no directory `wbe`: create it, or correct the "
                                 "path; it is relative to this file",
                                 "routes.yaml:1:22: there is no directory `web/index.html`: create it, or "
                                 "correct the path; it is relative to this file",
                                 "routes.yaml:1:38: `b` is no path of a URL: begin it with a slash",
                                 "routes.yaml:1:55: duplicate mount point `/c/`: keep one of the two"});
}

TEST_CASE("the log level") {
  CHECK(load_good(with_route("log: debug")).log == LogLevel::Debug);
  CHECK(load_good(with_route("log: error")).log == LogLevel::Error);
  CHECK(problem_of("log: warn") ==
        "routes.yaml:1:6: `log` cannot be `warn`: write one of `debug`, `info`, `warning`, `error`");
}

TEST_CASE("keys of later versions are unknown") {
  CHECK(problem_of("tls: x").starts_with("routes.yaml:1:1: unknown key `tls` in the file: "));
}

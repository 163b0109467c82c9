#include "config/channel_layer.h"

#include <doctest/doctest.h>

#include <string>

#include "files.h"

using namespace wharf::config;
using std::chrono::milliseconds;
using Backend = ChannelLayer::Backend;

namespace {

ChannelLayer layer_of(std::string_view text) {
  return load_good(with_route("channel_layer: " + std::string(text))).channel_layer;
}

std::string problem_with(std::string_view text) { return problem_of("channel_layer: " + std::string(text)); }

}  // namespace

TEST_CASE("the channel layer is memory") {
  CHECK(load_good(with_route("")).channel_layer.backend == Backend::Memory);
  CHECK(layer_of("memory").pending == 64 << 20);
  CHECK(layer_of("memory").hosts.empty());
  CHECK(layer_of("{backend: memory, pending: 1 MiB}").pending == 1 << 20);
  CHECK(problem_with("{backend: memory, pending: 1 B}") ==
        "routes.yaml:1:43: `pending` is out of range: `1 B`: write something from 64 KiB to 1024 GiB");
  CHECK(problem_with("{backend: memory, capacity: 1 MiB}") ==
        "routes.yaml:1:34: `capacity` belongs to a Redis channel layer: what waits in memory is bounded by "
        "`pending`");
}

TEST_CASE("the channel layer is a Redis in one text") {
  ChannelLayer layer = layer_of("redis://me:secret@10.0.0.1:6380/2");
  CHECK(layer.backend == Backend::Redis);
  REQUIRE(layer.hosts.size() == 1);
  CHECK(layer.hosts[0].text == "redis://10.0.0.1:6380/2");
  CHECK(layer.hosts[0].password == "secret");
  CHECK(layer.hosts[0].where.column == 16);
  CHECK(layer_of("unix:///run/redis.sock?db=1").hosts.at(0).server.path == "/run/redis.sock");
  CHECK(layer_of("redis").hosts.at(0).text == "redis://127.0.0.1:6379/0");
  CHECK(layer_of("redis_pubsub").backend == Backend::RedisPubSub);
}

TEST_CASE("a Redis channel layer has the defaults of Channels") {
  ChannelLayer layer = layer_of("{backend: redis}");
  CHECK(layer.backend == Backend::Redis);
  REQUIRE(layer.hosts.size() == 1);
  CHECK(layer.hosts[0].text == "redis://127.0.0.1:6379/0");
  CHECK(layer.hosts[0].where.column == 16);
  CHECK(layer.prefix == "asgi");
  CHECK(layer.capacity == 100);
  CHECK(layer.full_queue == milliseconds(1'000));
  CHECK(layer.expiry == milliseconds(60'000));
  CHECK(layer.group_expiry == milliseconds(86'400'000));
  CHECK(layer.symmetric_encryption_keys.empty());
  CHECK(layer.timeout == milliseconds(5'000));
  CHECK(layer.pending == 64 << 20);
}

TEST_CASE("every key of a Redis channel layer") {
  Files files;
  files.write("key", "of a file\n");
  files.write("routes.yaml",
              with_route("channel_layer: {backend: redis, hosts: redis://h, prefix: '', capacity: 1000000, "
                         "expiry: 1 s, group_expiry: 30 d, symmetric_encryption_keys: [{file: key}, text], "
                         "timeout: 100 ms, full_queue: 0, pending: 64 KiB}"));
  tl::expected<Config, Problems> config = files.load();
  if (!config) FAIL(config.error().front().text());
  const ChannelLayer& layer = config->channel_layer;
  CHECK(layer.hosts.at(0).text == "redis://h:6379/0");
  CHECK(layer.prefix.empty());
  CHECK(layer.capacity == 1'000'000);
  CHECK(layer.full_queue == milliseconds(0));
  CHECK(layer.expiry == milliseconds(1'000));
  CHECK(layer.group_expiry == milliseconds(30 * 86'400'000ll));
  CHECK(layer.symmetric_encryption_keys == std::vector<std::string>{"of a file", "text"});
  CHECK(layer.timeout == milliseconds(100));
  CHECK(layer.pending == 64 << 10);
  CHECK(layer_of("{backend: redis_pubsub, symmetric_encryption_keys: one}").symmetric_encryption_keys ==
        std::vector<std::string>{"one"});
  CHECK(layer_of("{backend: redis, prefix: " + std::string(100, 'x') + "}").prefix.size() == 100);
}

TEST_CASE("a backend that is none") {
  CHECK(problem_with("memmory") ==
        "routes.yaml:1:16: unknown channel layer `memmory`: did you mean `memory`?");
  CHECK(problem_with("") == "routes.yaml:1:1: `channel_layer` has no value: write text, or remove the key");
  CHECK(problem_with("[redis]") == "routes.yaml:1:16: `channel_layer` is a list: write text");
  CHECK(problem_with("{backend: rabbit, pending: 1 MiB, expiry: 1 s}") ==
        "routes.yaml:1:26: unknown channel layer `rabbit`: write one of `memory`, `redis`, `redis_pubsub`");
  CHECK(
      problem_with("{pending: 1 MiB}") ==
      "routes.yaml:1:16: `channel_layer` has no `backend`: add `backend: memory`, `redis` or `redis_pubsub`");
  CHECK(problem_with("{backend: 'redis://:secret@h'}") ==
        "routes.yaml:1:26: `backend` is a URL: write `backend: redis`, and the URL as `hosts`");
  CHECK(problem_with("redis:127.0.0.1") ==
        "routes.yaml:1:16: `redis:127.0.0.1` is no URL of a Redis: write redis://127.0.0.1:6379/0 or "
        "unix:///run/redis.sock?db=0");
}

TEST_CASE("keys of another backend") {
  for (std::string key :
       {"hosts", "prefix", "expiry", "group_expiry", "full_queue", "symmetric_encryption_keys", "timeout"}) {
    CHECK(problem_with("{backend: memory, " + key + ": 1}") ==
          "routes.yaml:1:34: `" + key +
              "` belongs to a Redis channel layer: write `backend: redis`, or remove it");
  }
  for (std::string key : {"capacity", "expiry", "group_expiry", "full_queue"}) {
    CHECK(problem_with("{backend: redis_pubsub, " + key + ": 1}") ==
          "routes.yaml:1:40: `" + key +
              "` belongs to the backend `redis`: remove it: Redis keeps nothing of what it publishes");
  }
  CHECK(problem_with("{backend: redis, prefx: a}") ==
        "routes.yaml:1:33: unknown key `prefx` in `channel_layer`: did you mean `prefix`?");
}

TEST_CASE("values of a Redis channel layer out of their range") {
  struct Bad {
    std::string text;
    std::string problem;
  };
  const std::string range = ": write something from ";
  for (const Bad& bad : {
           Bad{"capacity: 0", "`capacity` is out of range: `0`" + range + "1 to 1000000"},
           Bad{"expiry: 999 ms", "`expiry` is out of range: `999 ms`" + range + "1 s to 1 d"},
           Bad{"expiry: 1500 ms", "`expiry` is no whole number of seconds: `1500 ms`: write 2 s"},
           Bad{"expiry: 60", "`expiry` is no duration: `60`: add the unit: 60 s or 60 ms"},
           Bad{"group_expiry: 59 s", "`group_expiry` is out of range: `59 s`" + range + "1 min to 30 d"},
           Bad{"timeout: 2 min", "`timeout` is out of range: `2 min`" + range + "100 ms to 1 min"},
           Bad{"full_queue: 2 min", "`full_queue` is out of range: `2 min`" + range + "0 to 1 min"},
           Bad{"prefix: [a]", "`prefix` is a list: write text"},
           Bad{"prefix: \"a\\n\"", "`prefix` holds a control character: `a\\x0a`: remove it"},
           Bad{"symmetric_encryption_keys: []",
               "`symmetric_encryption_keys` is an empty list: write one key, or remove the list"},
           Bad{"symmetric_encryption_keys: ['']",
               "`symmetric_encryption_keys` is empty: write {env: NAME}, {file: PATH} or the text itself"},
       }) {
    CAPTURE(bad.text);
    std::string problem = problem_with("{backend: redis, " + bad.text + "}");
    CHECK(problem.substr(problem.find(' ') + 1) == bad.problem);
  }
  CHECK(problem_with("{backend: redis, prefix: " + std::string(101, 'x') + "}")
            .starts_with("routes.yaml:1:41: `prefix` has more than 100 bytes: `xxx"));
}

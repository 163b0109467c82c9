#include <doctest/doctest.h>

#include <string>

#include "files.h"

using namespace wharf::config;

using Lines = std::vector<std::string>;

namespace {

std::string one_problem(const std::string& route) {
  Lines problems = problems_of("routes:\n  - " + route + "\n");
  REQUIRE(problems.size() == 1);
  return problems[0];
}

}  // namespace

TEST_CASE("a route has a pattern, a consumer, limits and a config") {
  Config config = load_good(
      R"(limits: {message: 2 MiB, ping: 5 s}
routes:
  - url: ^message/?$
    consumer: message
  - path: chat/<str:room>/
    consumer: my-chat_2
    limits: {message: 64 KiB}
    config: {a: 1}
)");
  REQUIRE(config.routes.size() == 2);
  const Route& first = config.routes[0];
  CHECK(first.kind == Route::Kind::Regex);
  CHECK(first.pattern == "^message/?$");
  CHECK(first.consumer == "message");
  CHECK(first.config == "{}");
  CHECK(first.limits.message == 2 << 20);
  CHECK(first.where.line == 3);
  CHECK(first.where.column == 5);
  CHECK(first.where_pattern.column == 10);
  CHECK(first.where_consumer.line == 4);
  CHECK(first.config_places.at("").line == 3);
  const Route& second = config.routes[1];
  CHECK(second.kind == Route::Kind::Path);
  CHECK(second.limits.message == 64 << 10);
  CHECK(second.limits.ping == Duration(5'000));
  CHECK(second.config == R"({"a":1})");
  CHECK(second.config_places.at("").line == 8);
  CHECK(second.config_places.at("").column == 5);
}

TEST_CASE("an empty path is the root, an empty regular expression a mistake") {
  CHECK(load_good("routes: [{path: '', consumer: a}]").routes[0].pattern.empty());
  CHECK(one_problem("{url: '', consumer: a}") ==
        "routes.yaml:2:11: `url` is empty: write something, or remove it");
  CHECK(one_problem("{url: , consumer: a}") ==
        "routes.yaml:2:6: `url` has no value: write text, or remove the key");
}

TEST_CASE("a route with something missing or in excess") {
  CHECK(
      one_problem("{url: a}") ==
      "routes.yaml:2:5: the route has no `consumer`: add the name of a plugin, such as `consumer: message`");
  CHECK(one_problem("{url: a, path: b, consumer: c}") ==
        "routes.yaml:2:14: the route has both `url` and `path`: keep one of the two");
  CHECK(one_problem("message") ==
        "routes.yaml:2:5: a route is the text `message`: write `- url: …` and `consumer: …`");
  CHECK(problems_of("routes: {url: a, consumer: b}") ==
        Lines{"routes.yaml:1:9: `routes` is a map: begin each route with a `-`"});
}

TEST_CASE("a consumer is a name, not a file") {
  CHECK(one_problem("{url: a, consumer: lib/chat.so}") ==
        "routes.yaml:2:24: `lib/chat.so` is no name of a consumer: write `chat`; the file chat.so is found "
        "on `plugin_path`");
  CHECK(one_problem("{url: a, consumer: lib/chat}") ==
        "routes.yaml:2:24: `lib/chat` is no name of a consumer: write `chat`; the file chat.so is found on "
        "`plugin_path`");
  CHECK(one_problem("{url: a, consumer: a b}") ==
        "routes.yaml:2:24: `a b` is no name of a consumer: write letters, digits, `-` and `_`, at most 100");
  CHECK(one_problem("{url: a, consumer: ..}").find("is no name of a consumer") != std::string::npos);
  CHECK(one_problem("{url: a, consumer: " + std::string(101, 'a') + "}").find("at most 100") !=
        std::string::npos);
}

TEST_CASE("limits of the gate are not limits of a route") {
  for (std::string key : {"handshake", "head", "connections"}) {
    CHECK(one_problem("{url: a, consumer: b, limits: {" + key + ": 1}}") ==
          "routes.yaml:2:36: `" + key +
              "` is decided before the route is known: move it into the `limits` at the top level");
  }
}

TEST_CASE("a second route with the same pattern is never reached") {
  CHECK(problems_of(
            R"(routes:
  - {url: a, consumer: b}
  - {path: a, consumer: b}
  - {url: a, consumer: c}
)") == Lines{"routes.yaml:4:11: this route is never reached: routes.yaml:2 has the same pattern: remove one "
             "of the two, or change its pattern"});
}

TEST_CASE("a config is a map, and may be left empty") {
  CHECK(load_good("routes: [{url: a, consumer: b, config: }]").routes[0].config == "{}");
  CHECK(one_problem("{url: a, consumer: b, config: [1]}") ==
        "routes.yaml:2:35: `config` is a list: write `key: value` lines");
}

TEST_CASE("patterns are text whatever they look like, and hold no control characters") {
  CHECK(load_good("routes: [{url: 42, consumer: 7}]").routes[0].pattern == "42");
  CHECK(one_problem("{url: \"a\\nb\", consumer: b}") ==
        "routes.yaml:2:11: `url` holds a control character: `a\\x0ab`: remove it");
}

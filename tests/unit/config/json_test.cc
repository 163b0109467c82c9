// `config:` of a route as the plugin gets it.
#include <doctest/doctest.h>

#include <string>

#include "files.h"

using namespace wharf::config;

namespace {

Route route_with(const std::string& config) {
  return load_good(R"(routes:
  - url: a
    consumer: b
    config:
)" + config)
      .routes.at(0);
}

std::string json_of(const std::string& value) {
  std::string object = route_with("      x: " + value + "\n").config;
  return object.substr(5, object.size() - 6);  // {"x":…}
}

std::string problem_with(const std::string& value) {
  std::vector<std::string> problems =
      problems_of("routes: [{url: a, consumer: b, config: {x: " + value + "}}]");
  REQUIRE(problems.size() == 1);
  return problems[0];
}

}  // namespace

TEST_CASE("plain scalars follow the core schema of YAML 1.2") {
  struct Scalar {
    const char* yaml;
    const char* json;
  };
  for (const Scalar& scalar : {Scalar{"", "null"},
                               Scalar{"~", "null"},
                               Scalar{"Null", "null"},
                               Scalar{"nULL", "\"nULL\""},
                               Scalar{"true", "true"},
                               Scalar{"FALSE", "false"},
                               Scalar{"yes", "\"yes\""},
                               Scalar{"off", "\"off\""},
                               Scalar{"0", "0"},
                               Scalar{"-7", "-7"},
                               Scalar{"+7", "7"},
                               Scalar{"010", "10"},
                               Scalar{"0o10", "8"},
                               Scalar{"0x1F", "31"},
                               Scalar{"0xg", "\"0xg\""},
                               Scalar{"0b1", "\"0b1\""},
                               Scalar{"1_000", "\"1_000\""},
                               Scalar{"9223372036854775807", "9223372036854775807"},
                               Scalar{"18446744073709551615", "18446744073709551615"},
                               Scalar{"1.5", "1.5"},
                               Scalar{".5", "0.5"},
                               Scalar{"5.", "5.0"},
                               Scalar{"-1e3", "-1000.0"},
                               Scalar{".", "\".\""},
                               Scalar{"1e", "\"1e\""},
                               Scalar{"e5", "\"e5\""},
                               Scalar{"+", "\"+\""},
                               Scalar{"1.2.3", "\"1.2.3\""},
                               Scalar{"2026-01-31", "\"2026-01-31\""},
                               Scalar{"12:30", "\"12:30\""},
                               Scalar{"10 s", "\"10 s\""}}) {
    CAPTURE(scalar.yaml);
    CHECK(json_of(scalar.yaml) == scalar.json);
  }
}

TEST_CASE("quoted scalars stay text") {
  for (const char* yaml : {"'1'", "\"1\"", "!!str 1", "|-\n        1"}) {
    CAPTURE(yaml);
    CHECK(json_of(yaml) == "\"1\"");
  }
  CHECK(json_of("''") == "\"\"");
  CHECK(json_of("'~'") == "\"~\"");
  CHECK(json_of("\"\\0\\u00e9\"") == "\"\\u0000é\"");
}

TEST_CASE("lists and maps keep their order") {
  CHECK(json_of("{z: [1, [], {}], a: {b: ~}}") == R"({"z":[1,[],{}],"a":{"b":null}})");
}

TEST_CASE("a place for every pointer") {
  Route route = route_with(R"(      ssh:
        port: 22
        hosts: [a, b]
      a/b~c: 1
)");
  CHECK(route.config_places.size() == 7);
  CHECK(route.config_places.at("").line == 4);
  CHECK(route.config_places.at("/ssh").line == 5);
  CHECK(route.config_places.at("/ssh/port").line == 6);
  CHECK(route.config_places.at("/ssh/port").column == 9);
  CHECK(route.config_places.at("/ssh/hosts/1").column == 20);
  CHECK(route.config_places.at("/a~1b~0c").line == 8);
}

TEST_CASE("numbers that JSON cannot hold are refused") {
  CHECK(problem_with("99999999999999999999") ==
        "routes.yaml:1:44: the number `99999999999999999999` is out of range: quote it to make it text");
  CHECK(problem_with("1e999") ==
        "routes.yaml:1:44: the number `1e999` is out of range: quote it to make it text");
  CHECK(problem_with("-.inf") ==
        "routes.yaml:1:44: `-.inf` has no counterpart in JSON: write a finite number");
  CHECK(problem_with(".NaN") == "routes.yaml:1:44: `.NaN` has no counterpart in JSON: write a finite number");
}

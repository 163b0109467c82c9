#include "config/origin.h"

#include <doctest/doctest.h>

#include "files.h"

using namespace wharf::config;

TEST_CASE("a route has the file's origins, or its own") {
  Config config = load_good(
      "origins: [same-origin, .Example.test]\n"
      "routes:\n"
      "  - {url: a, consumer: a}\n"
      "  - {url: b, consumer: a, origins: https://app.test}\n");
  CHECK(config.routes[0].origins == config.origins);
  CHECK(config.origins.same_origin);
  CHECK_FALSE(config.origins.programs);
  REQUIRE(config.origins.hosts.size() == 1);
  CHECK(config.origins.hosts[0] == AllowedOrigin{"", "example.test", true, 0});
  CHECK_FALSE(config.routes[1].origins.same_origin);
  CHECK(config.routes[1].origins.hosts.at(0) == AllowedOrigin{"https", "app.test", false, 443});
  Config silent = load_good(with_route(""));
  CHECK(silent.origins == Origins{});
  CHECK(silent.origins == load_good(with_route("origins: [same-origin, programs]")).origins);
}

TEST_CASE("what is no origin says how to write one") {
  CHECK(problem_of("origins: [example.test:8000]") ==
        "routes.yaml:1:11: `example.test:8000` is no origin: a port needs its scheme: write "
        "http://example.test:8000, or the name alone for every port");
  CHECK(problem_of("origins: '*.example.test'") ==
        "routes.yaml:1:10: `*.example.test` is no origin: write .example.test for a name and all below it");
  CHECK(
      problem_of("origins: https://example.test/") ==
      "routes.yaml:1:10: `https://example.test/` is no origin: leave the path out: an origin is a scheme, a "
      "host and a port");
  CHECK(
      problem_of("origins: [https://]") ==
      "routes.yaml:1:11: `https://` is no origin: write https://example.test, example.test or .example.test");
  CHECK(problem_of("origins: [http://a:99999]") ==
        "routes.yaml:1:11: `http://a:99999` is no origin: a port is a number from 1 to 65535");
  CHECK(problem_of("origins: ['3d://a']") ==
        "routes.yaml:1:11: `3d://a` is no origin: begin it with a scheme, such as https://");
  CHECK(problem_of("origins: []") ==
        "routes.yaml:1:10: `origins` is an empty list: write one entry, or remove the key");
  CHECK(problem_of("origin: [a]").find("did you mean `origins`?") != std::string::npos);
}

#include <doctest/doctest.h>

#include <string>

#include "files.h"

using namespace wharf::config;

using Lines = std::vector<std::string>;

namespace {

std::string drop_in(const std::string& name) {
  return "routes: [{url: ^" + name + "$, consumer: " + name + "}]\n";
}

std::string consumers(const Config& config) {
  std::string out;
  for (const Route& route : config.routes) out += route.consumer + " ";
  return out;
}

}  // namespace

TEST_CASE("the routes of drop-ins follow those of the file, sorted by file name") {
  Files files;
  files.write("routes.yaml",
              with_route("limits: {message: 5 B}\ninclude: [routes.d/*.yaml, more.yaml, routes.d/1.yaml]"));
  files.write("routes.d/2.yaml", drop_in("two"));
  files.write("routes.d/1.yaml", drop_in("one"));
  files.write("routes.d/.hidden.yaml", drop_in("hidden"));
  files.write("routes.d/3.yaml.bak", drop_in("three"));
  files.write("more.yaml", drop_in("more"));
  Config config = files.load().value();
  CHECK(consumers(config) == "a one two more ");
  CHECK(config.routes[1].limits.message == 5);
  CHECK(config.routes[1].where.file == files.path("routes.d/1.yaml").string());
}

TEST_CASE("a file may leave all routes to its drop-ins") {
  Files files;
  files.write("routes.yaml", "include: routes.d/*.yaml\n");
  CHECK(files.problems() ==
        Lines{"routes.yaml: there are no routes: add one: `- url: ^message/?$` with `consumer: message`"});
  files.write("routes.d/1.yaml", drop_in("one"));
  CHECK(consumers(files.load().value()) == "one ");
}

TEST_CASE("problems of drop-ins follow those of the file") {
  Files files;
  files.write("routes.yaml", R"(include: routes.d/*.yaml
routes: [{url: ^one$, consumer: a}]
lgo: x
)");
  files.write("routes.d/1.yaml", "log: info\n" + drop_in("one"));
  files.write("routes.d/2.yaml", "rutes: []\n");
  files.write("routes.d/3.yaml", "");
  files.write("routes.d/4.yaml", "routes: [\n");
  CHECK(files.problems() ==
        Lines{"routes.yaml:3:1: unknown key `lgo` in the file: did you mean `log`?",
              "routes.d/1.yaml:1:1: a drop-in cannot set `log`: set it in the file that includes this one; a "
              "drop-in holds only `routes`",
              "routes.d/1.yaml:2:16: this route is never reached: routes.yaml:2 has the same pattern: remove "
              "one of the two, or change its pattern",
              "routes.d/2.yaml: the drop-in has no `routes`: add some, or remove the file",
              "routes.d/2.yaml:1:1: unknown key `rutes` in a drop-in: did you mean `routes`?",
              "routes.d/3.yaml: the file is empty: write at least `routes:` with one route",
              "routes.d/4.yaml:2:1: this is not YAML: end of sequence flow not found: check quotes, brackets "
              "and indentation here and in the line before"});
}

TEST_CASE("a plain name must exist, and a file cannot include itself") {
  Files files;
  files.write("routes.yaml", with_route("include: [no.yaml, '*.yaml', none.d/*.yaml]"));
  CHECK(files.problems() ==
        Lines{"routes.yaml:1:11: there is no file `no.yaml`: create it, correct the path (it is relative to "
              "this file), or write a pattern such as routes.d/*.yaml",
              "routes.yaml:1:20: the file includes itself: keep drop-ins in a directory of their own"});
}

TEST_CASE("a directory with the letters of a pattern is only a directory") {
  Files files;
  files.write("[a]*/routes.yaml", "include: '?.yaml'\n");
  files.write("[a]*/1.yaml", drop_in("one"));
  files.write("a/2.yaml", drop_in("two"));
  CHECK(consumers(files.load("[a]*/routes.yaml").value()) == "one ");
}

TEST_CASE("the places are known in which a drop-in may appear") {
  Files files;
  files.write("routes.yaml",
              with_route("include: [routes.d/*.conf, 'sites/*/routes.yaml', /nowhere/*.yaml]"));
  const Config config = files.load().value();
  std::string places;
  for (const DropInPlace& place : config.drop_in_places) {
    places += place.directory.lexically_proximate(files.path("")).string() + " " + place.name + "; ";
  }
  CHECK(places.starts_with("routes.d *.conf; sites routes.yaml; "));
  CHECK(places.ends_with("/nowhere *.yaml; "));
}

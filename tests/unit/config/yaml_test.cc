// YAML that is legal, or nearly, and not what a reader of the file expects.
#include <doctest/doctest.h>

#include <string>

#include "files.h"

using namespace wharf::config;

using Lines = std::vector<std::string>;

namespace {

// Whether one of the problems holds `part`.
bool mentions(const Lines& problems, std::string_view part) {
  for (const std::string& problem : problems) {
    if (problem.find(part) != std::string::npos) return true;
  }
  return false;
}

std::string repeat(std::string_view text, size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

}  // namespace

TEST_CASE("syntax errors have the parser's place") {
  CHECK(problems_of("log: info\nroutes: [a, b\n") ==
        Lines{"routes.yaml:3:1: this is not YAML: end of sequence flow not found: check quotes, brackets and "
              "indentation here and in the line before"});
  CHECK(mentions(problems_of("routes:\n\t- url: a\n"), "routes.yaml:2:2: this is not YAML"));
  CHECK(mentions(problems_of("routes:\n\t- url: a\n"), "indent with spaces, not with tabs"));
  CHECK(mentions(problems_of("log: *nobody\n"), "routes.yaml:1:6: this is not YAML"));
  for (const char* text : {"log: 'info\n\n", "log: \"info", "log: 'info\nroutes: []\n"}) {
    CHECK(problems_of(text) == Lines{"routes.yaml:1:1: a quoted text that begins after this is not closed: "
                                     "add the quote that is missing"});
  }
}

TEST_CASE("every problem of a file is reported, in the order of the text") {
  CHECK(problems_of(R"(limts: {}
log: loud
workers: many
log: info
limits: {idle: 5, mesage: 1}
routes:
  - ulr: ^a$
    consumer: b.so
)") == Lines{"routes.yaml:1:1: unknown key `limts` in the file: did you mean `limits`?",
             "routes.yaml:2:6: `log` cannot be `loud`: write one of `debug`, `info`, `warning`, `error`",
             "routes.yaml:3:10: `workers` is the text `many`: write a whole number from 1 to 256, or `auto`",
             "routes.yaml:4:1: duplicate key `log`, first written in line 2: keep one of the two",
             "routes.yaml:5:16: `idle` is no duration: `5`: add the unit: 5 s or 5 ms",
             "routes.yaml:5:19: unknown key `mesage` in `limits`: did you mean `message`?",
             "routes.yaml:7:5: the route has neither `url` nor `path`: add `url: ^chat/$`, a regular "
             "expression, or `path: chat/<str:room>/`",
             "routes.yaml:7:5: unknown key `ulr` in a route: did you mean `url`?",
             "routes.yaml:8:15: `b.so` is no name of a consumer: write `b`; the file b.so is found on "
             "`plugin_path`"});
}

TEST_CASE("columns count characters") {
  CHECK(problems_of("{log: \"é\", x: 1, routes: [{url: ^é$, consumer: a}]}") ==
        Lines{"routes.yaml:1:7: `log` cannot be `é`: write one of `debug`, `info`, `warning`, `error`",
              "routes.yaml:1:12: unknown key `x` in the file: write one of `listen`, `admin`, "
              "`trusted_proxies`, `workers`, `io_uring`, "
              "`plugin_path`, `channel_layer`, `auth`, `origins`, `limits`, `static`, `log`, `include`, "
              "`routes`"});
}

TEST_CASE("one file is one document") {
  CHECK(problems_of(R"(---
log: info
---
log: info
)") == Lines{"routes.yaml:3:1: a second document begins here: remove the `---`; one file is one document"});
  CHECK(problems_of("%YAML 1.2\n---\n" + with_route("") + "...\n").empty());
}

TEST_CASE("anchors and aliases are fine, merge keys and tags are not") {
  Config config = load_good(
      R"(routes:
  - {url: ^a$, consumer: &name a, limits: &small {message: 1 KiB}}
  - {url: ^b$, consumer: *name, limits: *small}
)");
  CHECK(config.routes.at(1).consumer == "a");
  CHECK(config.routes.at(1).limits.message == 1024);
  CHECK(problem_of("limits: {<<: {idle: 1 s}}") ==
        "routes.yaml:1:10: merge keys (`<<`) are not supported: write the keys out, or alias a whole value");
  CHECK(problem_of("log: !loud info") ==
        "routes.yaml:1:6: the tag `!loud` is not supported: remove it; quote what shall be text");
  CHECK(problem_of("? [log]\n: info") == "routes.yaml:1:3: a key is not text: write `key: value`");
}

TEST_CASE("a mistake in an anchor is one problem, however often it is used") {
  CHECK(problems_of(R"(routes:
  - {url: ^a$, consumer: a, limits: &small {mesage: 1 KiB}}
  - {url: ^b$, consumer: b, limits: *small}
)") == Lines{"routes.yaml:2:45: unknown key `mesage` in the `limits` of a route: did you mean `message`?"});
}

TEST_CASE("deep nesting is refused, whatever it is made of") {
  for (std::string text :
       {repeat("[", 100'000), repeat("{a: ", 100'000), repeat("- ", 100'000), repeat("? ", 100'000)}) {
    CHECK(mentions(problems_of(text), "nested deeper than 64 levels"));
  }
  std::string steps;
  for (size_t i = 0; i < 1000; ++i) steps += std::string(i, ' ') + "a:\n";
  CHECK(mentions(problems_of(steps), "nested deeper than 64 levels"));
}

TEST_CASE("aliases that multiply are refused") {
  std::string bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 20; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
            repeat("*a" + std::to_string(i - 1) + ", ", 9) + "]\n";
  }
  CHECK(mentions(problems_of(bomb), "the aliases grow without measure: write the values out"));
  std::string tower = "a0: &a0 [x]\n";
  for (int i = 1; i < 200; ++i) {
    tower += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  CHECK(mentions(problems_of(tower), "the aliases grow without measure"));
  CHECK(mentions(problems_of("routes: &r [*r]\n"), "an alias stands inside its own anchor"));
}

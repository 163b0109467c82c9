// What makes a whole file unusable.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "files.h"

using namespace wharf::config;

using Lines = std::vector<std::string>;

TEST_CASE("a file that cannot be read is named") {
  Files files;
  CHECK(files.problems() == Lines{"routes.yaml: there is no such file: write one, or name another"});
  files.write("routes.yaml/x", "");
  CHECK(files.problems() == Lines{"routes.yaml: this is a directory: name a regular file"});
  REQUIRE(mkfifo(files.path("pipe").c_str(), 0600) == 0);
  CHECK(files.problems("pipe") == Lines{"pipe: this is not a regular file: name a regular file"});
}

TEST_CASE("a file without the right to read it") {
  if (geteuid() == 0) return;  // root may read everything
  Files files;
  files.write("routes.yaml", with_route(""));
  REQUIRE(chmod(files.path("routes.yaml").c_str(), 0) == 0);
  CHECK(files.problems() == Lines{"routes.yaml: the file cannot be read: Permission denied: give the user "
                                  "that runs wharf the right to read it"});
}

TEST_CASE("a file of 4 MiB is read, a larger one is not") {
  std::string text = with_route("");
  std::string padding((4 << 20) - text.size() - 2, 'x');
  CHECK(problems_of("#" + padding + "\n" + text).empty());
  CHECK(problems_of("#x" + padding + "\n" + text) ==
        Lines{"routes.yaml: the file is larger than 4 MiB: split it with `include`, or name the right file"});
}

TEST_CASE("an empty file, and one without routes") {
  CHECK(problems_of("") == Lines{"routes.yaml: the file is empty: write at least `routes:` with one route"});
  CHECK(problems_of("# nothing\n---\n") ==
        Lines{"routes.yaml: there are no routes: add one: `- url: ^message/?$` with `consumer: message`"});
  CHECK(
      problems_of("log: info\nroutes:\n") ==
      Lines{"routes.yaml:2:1: there are no routes: add one: `- url: ^message/?$` with `consumer: message`"});
  CHECK(problems_of("hello") ==
        Lines{"routes.yaml:1:1: the file is the text `hello`: write `key: value` lines"});
  CHECK(problems_of("[]") == Lines{"routes.yaml:1:1: the file is a list: write `key: value` lines"});
}

TEST_CASE("text that is not UTF-8, or holds control characters") {
  CHECK(problems_of("log: info\n# é \xe9\n") ==
        Lines{"routes.yaml:2:5: the text is not UTF-8: save the file as UTF-8"});
  CHECK(problems_of("log: \xed\xa0\x80\n").size() == 1);  // a surrogate
  CHECK(problems_of("log: \xc3") == Lines{"routes.yaml:1:6: the text is not UTF-8: save the file as UTF-8"});
  CHECK(problems_of(std::string_view("log\0: info", 10)) ==
        Lines{"routes.yaml:1:4: there is a control character, U+0000: remove it"});
  CHECK(problems_of("log: \x1b[0m") ==
        Lines{"routes.yaml:1:6: there is a control character, U+001B: remove it"});
}

TEST_CASE("a byte order mark and the line ends of other systems are fine") {
  CHECK(problems_of("\xef\xbb\xbf" + with_route("log: info")).empty());
  CHECK(problems_of("log: info\r\nroutes:\r\n  - url: ^a$\r\n    consumer: a\r\n").empty());
  CHECK(problems_of("\xef\xbb\xbflgo: info\r\nroutes: [{url: ^a$, consumer: a}]\r\n") ==
        Lines{"routes.yaml:1:1: unknown key `lgo` in the file: did you mean `log`?"});
}

TEST_CASE("names are printed as the user gave them") {
  tl::expected<Config, Problems> config = load("no/such/../routes.yaml");
  REQUIRE(!config.has_value());
  CHECK(config.error().at(0).where.file == "no/such/../routes.yaml");
}

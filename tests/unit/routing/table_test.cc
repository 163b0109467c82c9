#include <doctest/doctest.h>

#include "patterns.h"

using namespace wharf;
using namespace wharf::routing;

TEST_CASE("the first route that matches wins") {
  Table table = table_of({url("^a$"), url("^b"), path("b/<str:x>"), url("")});
  CHECK(table.match("/a")->route == 0);
  CHECK(table.match("/b/c")->route == 1);
  CHECK(table.match("/c")->route == 3);
  CHECK(table.match("")->route == 3);
  CHECK(table.match({})->route == 3);
  CHECK(!table_of({}).match("/a"));
}

TEST_CASE("all leading slashes are removed, others are not") {
  CHECK(match(url("^message/?$"), "///message/") == "| ");
  CHECK(match(url("^message/?$"), "message") == "| ");
  CHECK(match(url("^message/?$"), "/message//") == "no match");
  CHECK(match(url("^$"), "////") == "| ");
}

TEST_CASE("a pattern is searched for, unless it ends in a dollar") {
  CHECK(match(url("paramiko"), "/foo/paramiko/bar") == "| /bar");
  CHECK(match(url("^paramiko"), "/foo/paramiko/bar") == "no match");
  CHECK(match(url("paramiko$"), "/foo/paramiko") == "no match");
  CHECK(match(url(".*paramiko$"), "/foo/paramiko") == "| ");
  CHECK(match(url("^end\\$"), "/end$") == "| ");
  CHECK(match(url("^end\\$"), "/end$x") == "no match");
}

TEST_CASE("named groups push out the others, and are left out when they took no part") {
  CHECK(match(url("^(\\w+)/(\\w+)$"), "/a/b") == "=a =b | ");
  CHECK(match(url("^(\\w+)/(?P<b>\\w+)$"), "/a/b") == "b=b | ");
  CHECK(match(url("^(?:(?P<a>x)|(?P<b>y))$"), "/y") == "b=y | ");
  CHECK(match(url("^(?P<a>x?)$"), "/") == "a= | ");
}

TEST_CASE("a positional group that took no part keeps its place, empty") {
  CHECK(match(url("^(x)?(y)$"), "/y") == "= =y | ");
}

TEST_CASE("all patterns that cannot be are reported") {
  tl::expected<Table, config::Problems> table = Table::compile({url("("), url("ok"), path("<int:1>")});
  REQUIRE(!table.has_value());
  REQUIRE(table.error().size() == 2);
  CHECK(table.error()[0].text() ==
        "routes.yaml:3:7: `url` `(`, character 1: the group that begins here is not closed: add a `)`, or "
        "write `\\(`");
  CHECK(table.error()[1].text() ==
        "routes.yaml:3:7: `path` `<int:1>`, character 1: `1` cannot be the name of a parameter: use ASCII "
        "letters, digits and `_`");
}

TEST_CASE("matching takes time linear in the path") {
  Table table = table_of({url("^(a+)+$"), url("^(a|aa)+$")});
  CHECK(!table.match("/" + std::string(100'000, 'a') + "b"));
}

TEST_CASE("a pattern may not take the memory of the server") {
  std::string text = refusal(url("\\w{1,1000}"));
  CHECK(text.find("the pattern needs too much memory") != std::string::npos);
  CHECK(refusal(url("(?:a{100}){100}")).find("repetitions inside of repetitions come to more than 1000") !=
        std::string::npos);
  CHECK(match(url("^@(\\w{1,100})$"), "/@zoë") == "=zoë | ");
}

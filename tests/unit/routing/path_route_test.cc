#include <doctest/doctest.h>

#include "patterns.h"

using namespace wharf;
using namespace wharf::routing;

TEST_CASE("converters") {
  CHECK(match(path("chat/<int:n>/<slug:s>/"), "/chat/007/a-b_C/") == "n=7 s=a-b_C | ");
  CHECK(match(path("<int:n>"), "000") == "n=0 | ");
  CHECK(match(path("<int:n>"), std::string(400, '9')) == "n=" + std::string(400, '9') + " | ");
  CHECK(match(path("<int:n>"), "-7") == "no match");
  CHECK(match(path("<int:n>"), "٣") == "no match");
  CHECK(match(path("<room>/"), "a b/") == "room=a b | ");
  CHECK(match(path("<str:room>"), "a/b") == "no match");
  CHECK(match(path("p/<path:rest>/end"), "p/a/b/end/end") == "rest=a/b/end | ");
  CHECK(match(path("<slug:s>"), "é") == "no match");
  CHECK(match(path("<uuid:u>"), "075194d3-6885-417e-a8a8-6c931e272f00") ==
        "u=075194d3-6885-417e-a8a8-6c931e272f00 | ");
  CHECK(match(path("<uuid:u>"), "075194D3-6885-417E-A8A8-6C931E272F00") == "no match");
}

TEST_CASE("the whole path must match, and text is only text") {
  CHECK(match(path("a.b/"), "a.b/") == "| ");
  CHECK(match(path("a.b/"), "axb/") == "no match");
  CHECK(match(path("a/"), "a") == "no match");
  CHECK(match(path("a"), "a/") == "no match");
  CHECK(match(path("a"), "a\n") == "no match");
  CHECK(match(path("<x>"), "a\n") == "x=a\n | ");
  CHECK(match(path("(a|b)*/你好"), "(a|b)*/你好") == "| ");
  CHECK(match(path(""), "/") == "| ");
}

TEST_CASE("mistakes are refused with a remedy") {
  auto ends = [](std::string_view route, std::string_view words) {
    std::string text = refusal(path(route));
    CHECK_MESSAGE(text.ends_with(words), route, " is refused with: ", text);
  };
  ends("chat/<sttr:room>", "character 6: unknown converter `sttr`: did you mean `str`?");
  ends("<Int:n>", "unknown converter `Int`: did you mean `int`?");
  ends("<float:n>", "unknown converter `float`: write one of `int`, `path`, `slug`, `str`, `uuid`");
  ends("<int:a>/<str:a>", "character 9: a second parameter is called `a`: rename one");
  ends("é/<int: a>", "character 3: there is white space between angle brackets: write it like <int:page>");
  ends("<int:a-b>", "`a-b` cannot be the name of a parameter: use ASCII letters, digits and `_`");
  ends("<>", "`` cannot be the name of a parameter: use ASCII letters, digits and `_`");
  ends("a/<int:n", "character 3: this `<` is not closed: write parameters like <int:page>");
  ends("a/n>", "character 4: this `>` closes nothing: write parameters like <int:page>");
  ends("/chat/", "it begins with a slash, and paths are matched without theirs: remove the slash");
  ends("^chat/$", "it looks like a regular expression: write `url:` instead of `path:`");
  ends("(?P<n>a)", "it looks like a regular expression: write `url:` instead of `path:`");
}

// Patterns mean what they mean to Python's `re`, or are refused by name.
#include <doctest/doctest.h>

#include "patterns.h"

using namespace wharf;
using namespace wharf::routing;

namespace {

bool matches(std::string_view pattern, std::string_view text) {
  return match(url(pattern), text) != "no match";
}

}  // namespace

TEST_CASE("\\w, \\d and \\s know Unicode") {
  for (const char* text : {"a", "Z", "5", "_", "é", "你", "٣", "²", "Ⅷ"}) {
    CAPTURE(text);
    CHECK(matches("^\\w$", text));
    CHECK(!matches("^\\W$", text));
    CHECK(matches("^[\\w]$", text));
    CHECK(!matches("^[^\\w]$", text));
    CHECK(matches("^[^\\W]$", text));
  }
  for (const char* text : {"-", " ", "\u2028", "€", "\n"}) {
    CAPTURE(text);
    CHECK(!matches("^\\w$", text));
    CHECK(matches("^\\W$", text));
    CHECK(matches("^[\\W]$", text));
  }
  CHECK(matches("^\\d$", "٣"));
  CHECK(!matches("^\\d$", "²"));
  CHECK(matches("^\\D$", "²"));
  CHECK(matches("^\\s$", "\u00a0"));
  CHECK(matches("^\\s$", "\u3000"));
  CHECK(matches("^\\s$", "\x1c"));
  CHECK(!matches("^\\S$", "\u3000"));
}

TEST_CASE("escapes inside of classes, negated and mixed") {
  CHECK(matches("^[^\\W_]+$", "aé5"));
  CHECK(!matches("^[^\\W_]$", "_"));
  CHECK(matches("^[^\\W\\d_]$", "é"));
  CHECK(!matches("^[^\\W\\d_]$", "٣"));
  CHECK(!matches("^[^\\Wé]$", "é"));
  CHECK(matches("^[^\\Wé]$", "e"));
  CHECK(matches("^[\\W5]+$", "-5-"));
  CHECK(!matches("^[\\W5]$", "6"));
  CHECK(matches("^[^\\S\\n]$", "\t"));
  CHECK(!matches("^[^\\S\\n]$", "\n"));
  CHECK(matches("^[\\D\\w]$", "5"));
  CHECK(!matches("^[^\\D\\w]$", "5"));
  CHECK(matches("^[\\w-]+$", "a-b"));
  CHECK(matches("^[-\\w.@+]+$", "zoë@x.org"));
}

TEST_CASE("(?a) brings the classes back to ASCII, and allows \\b") {
  CHECK(matches("(?a)^\\w$", "a"));
  CHECK(!matches("(?a)^\\w$", "é"));
  CHECK(matches("(?a)^\\W$", "é"));
  CHECK(matches("(?a)^[^\\W_]$", "a"));
  CHECK(!matches("^(?a:\\w)$", "é"));
  CHECK(matches("^(?a:x)\\w$", "xé"));
  CHECK(matches("(?a)\\broom\\b", "/a room/"));
  CHECK(!matches("(?a)\\broom\\b", "/aroom"));
}

TEST_CASE("a dollar stands at the end, or before a final newline") {
  CHECK(match(url("^(a$|b)"), "a\n") == "=a | \n");
  CHECK(match(url("^(a$|b)"), "a") == "=a | ");
  CHECK(!matches("^(a$|b)", "a\nb"));
  CHECK(!matches("^(a$|b)", "ax"));
  CHECK(!matches("^a$", "a\n"));
  CHECK(!matches("^a$|^b$", "a\n"));
  CHECK(matches("^a$|^b$", "b"));
  CHECK(matches("^a$\\n$", "a\n"));
  // Python would take this one; see pattern.h.
  CHECK(!matches("(a$|b)", "x\na\n"));
  CHECK(!matches("^a\\Z", "a\n"));
  CHECK(matches("(?m)^b(?:$)", "a\nb\nc"));
}

TEST_CASE("the rest of the syntax") {
  CHECK(matches("^a{2}$", "aa"));
  CHECK(matches("^a{,2}$", ""));
  CHECK(matches("^a{,}b$", "aaab"));
  CHECK(matches("^a{x}$", "a{x}"));
  CHECK(matches("^a{}$", "a{}"));
  CHECK(matches("^{a}$", "{a}"));
  CHECK(match(url("^(a+?)(a*)$"), "aaa") == "=a =aa | ");
  CHECK(matches("^[]a]+$", "]a"));
  CHECK(matches("^[^]a]$", "b"));
  CHECK(matches("^[a-]$", "-"));
  CHECK(matches("^[[:alpha:]]$", "a]"));
  CHECK(!matches("^[[:alpha:]]$", "b"));
  CHECK(matches("^[a\\-z]$", "-"));
  CHECK(matches("^\\x41\\u00e9\\U0001f600\\101\\t$", "Aé😀A\t"));
  CHECK(matches("^[\\x00-\\x20\\b]$", "\x08"));
  CHECK(matches("^a(?#comment)+$", "aaa"));
  CHECK(matches("(?i)^MESSAGE$", "message"));
  CHECK(matches("^(?i:A)b$", "ab"));
  CHECK(!matches("^(?i:A)b$", "aB"));
  CHECK(matches("(?s)^.$", "\n"));
  CHECK(!matches("^.$", "\n"));
  CHECK(matches("^/?a$", "/a"));
  CHECK(matches("^你好/$", "/你好/"));
  CHECK(matches("^.$", "你"));
}

TEST_CASE("what a linear-time engine lacks is refused by name") {
  auto says = [](std::string_view pattern, std::string_view words) {
    std::string text = refusal(url(pattern));
    CHECK_MESSAGE(text.find(words) != std::string::npos, pattern, " is refused with: ", text);
  };
  says("^a(?=b)", "character 3: a look-ahead, which");
  says("^a(?!b)", "character 3: a look-ahead, which");
  says("(?<=a)b", "character 1: a look-behind, which");
  says("(?<!a)b", "character 1: a look-behind, which");
  says("(?P<n>a)(?P=n)", "character 9: a back-reference, which");
  says("é(a)\\1", "character 5: `\\1` is a back-reference, which");
  says("(a)?(?(1)b|c)", "character 5: a conditional group, which");
  says("(?>a)b", "character 1: an atomic group, which");
  says("a++b", "character 2: a possessive quantifier, which");
  says("\\broom", "character 1: `\\b` here would know ASCII letters only: begin the pattern with (?a)");
  says("(?x)a b", "the flag x (verbose) is not supported");
  says("\\N{DASH}", "`\\N{…}` is not supported");
}

TEST_CASE("what Python does not know is refused") {
  for (const char* pattern : {"(",         ")",        "a)",      "[a",          "[",
                              "a**",       "a*{2}",    "*a",      "^*",          "(*a)",
                              "a|*",       "\\",       "\\q",     "\\pL",        "\\z",
                              "\\C",       "\\x4",     "\\u123",  "\\Uffffffff", "\\ud800",
                              "\\400",     "\\8",      "[z-a]",   "[a-\\d]",     "[\\8]",
                              "a{2,1}",    "(?P<1>a)", "(?P<>a)", "(?P<é>a)",    "(?P<n>a)(?P<n>b)",
                              "(?P<n",     "(?P>n)",   "(?<n>a)", "(?#",         "(?",
                              "(?i",       "(?)",      "(?-i)",   "(?i-:a)",     "a(?i)",
                              "(?:(?i)a)", "(?z)",     "(?L)a",   "a{1001}",     "a{99999999999999999999}",
                              "\xff"}) {
    CAPTURE(pattern);
    CHECK(refusal(url(pattern)) != "no refusal");
  }
}

TEST_CASE("habits that match nothing are refused") {
  CHECK(refusal(url("^/message$")) ==
        "routes.yaml:3:7: `url` `^/message$`, character 2: it begins with a slash, and paths are matched "
        "without theirs: remove the slash");
  CHECK(refusal(url("^chat/<str:room>/$")) ==
        "routes.yaml:3:7: `url` `^chat/<str:room>/$`, character 7: it looks like path() syntax: write "
        "`path:` instead of `url:`");
}

TEST_CASE("deep nesting and many groups do no harm") {
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "(?:";
  CHECK(matches("^" + deep + "a" + std::string(20'000, ')') + "$", "a"));
  std::string groups(100, '(');
  groups += "a" + std::string(100, ')');
  CHECK(matches(groups, "a"));
  CHECK(refusal(url("(" + groups + ")")).find("more than 100 groups that capture") != std::string::npos);
}

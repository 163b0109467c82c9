#include "auth/django/cookie.h"

#include <doctest/doctest.h>

#include "vectors.h"

using namespace wharf::auth::django;

TEST_CASE("cookies are read as Django reads them") {
  for (const auto& vector : read_vectors("cookies.json", "vectors")) {
    const std::string header = vector.at("header");
    CAPTURE(header);
    for (const auto& [name, value] : vector.at("cookies").items()) {
      CHECK(find_cookie(header, name) == value.get<std::string>());
    }
    CHECK(find_cookie(header, "sessionid").has_value() == vector.at("cookies").contains("sessionid"));
  }
}

TEST_CASE("quotes and escapes in a cookie are resolved") {
  CHECK(find_cookie(R"(s="a\"b\\c")", "s") == R"(a"b\c)");
  CHECK(find_cookie(R"(s="a\054b")", "s") == "a,b");
  CHECK(find_cookie(R"(s="a\477")", "s") == "a477");  // no byte
  CHECK(find_cookie(R"(s="a\)", "s") == R"("a\)");
  CHECK(find_cookie(R"(s="\05")", "s") == "05");
  CHECK(find_cookie(R"(s=")", "s") == "\"");
  CHECK(find_cookie(R"(s="")", "s") == "");
  CHECK(find_cookie("s=%2C", "s") == "%2C");
}

TEST_CASE("of two cookies of one name the last counts, of blanks none") {
  CHECK(find_cookie("s=a; t=x; s=b; t=y", "s") == "b");
  CHECK(find_cookie("  s\t=\xa0 a \x85; other", "s") == "a");
  CHECK(find_cookie("s=a=b", "s") == "a=b");
  CHECK(find_cookie("s", "s") == std::nullopt);  // a value without a name
  CHECK(find_cookie("s=", "s") == "");
  CHECK(find_cookie("", "s") == std::nullopt);
  CHECK(find_cookie("xs=a; S=b", "s") == std::nullopt);
}

TEST_CASE("a cookie of 100 KB is as good as any") {
  const std::string big(100'000, 'x');
  CHECK(find_cookie("a=" + big + "; s=b", "s") == "b");
  CHECK(find_cookie("s=" + big, "s") == big);
  CHECK(find_cookie(std::string(100'000, ';') + "s=b", "s") == "b");
}

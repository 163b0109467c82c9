#include "terminal/tokens.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace wharf_paramiko::terminal;

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

TEST_CASE("tokens and ids are random words for URLs and JSON") {
  std::set<std::string> seen;
  std::set<char> characters;
  for (int i = 0; i < 1000; ++i) {
    std::string token(random_token().view());
    CHECK(token.size() == 43);
    CHECK(token.find_first_not_of(alphabet) == std::string::npos);
    characters.insert(token.begin(), token.begin() + 42);
    CHECK(seen.insert(token).second);
    std::string id = random_id();
    CHECK(id.size() == 16);
    CHECK(id.find_first_not_of(alphabet) == std::string::npos);
    CHECK(seen.insert(id).second);
  }
  CHECK(characters.size() == 64);
}

TEST_CASE("a token equals itself alone, and an empty one nothing") {
  CHECK(same_token("abc", "abc"));
  CHECK(!same_token("abc", "abd"));
  CHECK(!same_token("abc", "ab"));
  CHECK(!same_token("abc", "abcd"));
  CHECK(!same_token("abc", ""));
  CHECK(!same_token("", ""));
}

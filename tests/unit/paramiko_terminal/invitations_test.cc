#include "terminal/invitations.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace wharf_paramiko;
using namespace wharf_paramiko::terminal;
using std::chrono::seconds;

namespace {

const Invitations::Clock::time_point begin{std::chrono::hours(1)};

}  // namespace

TEST_CASE("a token leads to its terminal") {
  Invitations invitations;
  const Secret look = invitations.invite("one", false, seconds(0), begin);
  const Secret type = invitations.invite("one", true, seconds(0), begin);
  const Secret other = invitations.invite("two", false, seconds(0), begin);
  CHECK(look.view() != type.view());
  const std::optional<Invitation> found = invitations.find(look.view(), begin + std::chrono::hours(1000));
  REQUIRE(found);
  CHECK(found->terminal == "one");
  CHECK(!found->writable);
  CHECK(invitations.find(type.view(), begin)->writable);
  CHECK(invitations.find(type.view(), begin)->number != found->number);
  CHECK(invitations.find(other.view(), begin)->terminal == "two");
}

TEST_CASE("what is no token leads nowhere") {
  Invitations invitations;
  CHECK(!invitations.find("", begin));
  const std::string right(invitations.invite("one", false, seconds(0), begin).view());
  for (const std::string& wrong :
       {std::string(), right.substr(1), right + "A", std::string(right.size(), 'A')}) {
    CHECK(!invitations.find(wrong, begin));
  }
  CHECK(invitations.find(right, begin));
}

TEST_CASE("a token has its time") {
  Invitations invitations;
  const Secret token = invitations.invite("one", false, seconds(10), begin);
  CHECK(invitations.find(token.view(), begin + seconds(9)));
  CHECK(!invitations.find(token.view(), begin + seconds(10)));
  CHECK(!invitations.find(token.view(), begin));  // it is forgotten
}

TEST_CASE("a token is withdrawn, alone or with its terminal") {
  Invitations invitations;
  const Secret first = invitations.invite("one", false, seconds(0), begin);
  const Secret second = invitations.invite("one", false, seconds(0), begin);
  const Secret other = invitations.invite("two", false, seconds(0), begin);
  invitations.withdraw(invitations.find(first.view(), begin)->number);
  CHECK(!invitations.find(first.view(), begin));
  CHECK(invitations.find(second.view(), begin));
  invitations.withdraw_all("one");
  CHECK(!invitations.find(second.view(), begin));
  CHECK(invitations.find(other.view(), begin));
}

TEST_CASE("of one terminal there are only so many, and the oldest goes") {
  Invitations invitations;
  const Secret other = invitations.invite("two", false, seconds(0), begin);
  std::vector<Secret> tokens;
  for (size_t i = 0; i < Invitations::most + 1; ++i) {
    tokens.push_back(invitations.invite("one", false, seconds(0), begin));
  }
  CHECK(!invitations.find(tokens[0].view(), begin));
  CHECK(invitations.find(tokens[1].view(), begin));
  CHECK(invitations.find(tokens.back().view(), begin));
  CHECK(invitations.find(other.view(), begin));
}

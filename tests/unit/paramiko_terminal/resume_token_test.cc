#include "terminal/resume_token.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf_paramiko::terminal;

TEST_CASE("without a token nobody comes back") {
  ResumeToken token;
  CHECK(!token.accept(""));
  CHECK(!token.accept("anything"));
  token.arrived();
  CHECK(!token.accept(""));
}

TEST_CASE("a token that was shown is over once the next one has arrived") {
  ResumeToken token;
  const std::string first = token.renew();
  token.arrived();
  CHECK(token.accept(first));
  const std::string second = token.renew();
  CHECK(second != first);
  token.arrived();
  CHECK(!token.accept(first));
  CHECK(token.accept(second));
}

TEST_CASE("a token that was shown works again while nobody knows of the next") {
  ResumeToken token;
  const std::string first = token.renew();
  token.arrived();
  CHECK(token.accept(first));
  const std::string lost = token.renew();
  CHECK(token.accept(first));
  const std::string also_lost = token.renew();
  CHECK(!token.accept(lost));      // it was told to a socket that is no more
  CHECK(token.accept(also_lost));  // this one has arrived, though its owner has said nothing yet
  CHECK(!token.accept(first));
  token.renew();
  CHECK(token.accept(also_lost));
}

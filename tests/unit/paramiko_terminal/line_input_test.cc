#include "terminal/line_input.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf_paramiko::terminal;
using State = LineInput::State;

namespace {

struct Typed {
  std::string answer;
  std::string shown;
  State state = State::Open;
  size_t taken = 0;
};

// At once, and byte by byte: it is the same.
Typed type(std::string_view keys, bool echo = true) {
  Typed typed;
  LineInput line;
  line.begin("login: ", echo);
  typed.taken = line.feed(keys, typed.shown);
  typed.state = line.state();
  typed.answer = line.take().view();
  std::string shown;
  LineInput slow;
  slow.begin("login: ", echo);
  for (char key : keys) slow.feed({&key, 1}, shown);
  CHECK(slow.state() == typed.state);
  CHECK(slow.take().view() == typed.answer);
  CHECK(shown == typed.shown);
  return typed;
}

}  // namespace

TEST_CASE("a line is shown and ends at the return") {
  Typed typed = type("zoë\rrest");
  CHECK(typed.answer == "zoë");
  CHECK(typed.shown == "zoë\r\n");
  CHECK(typed.state == State::Done);
  CHECK(typed.taken == 5);
  CHECK(type("a\nb").answer == "a");
  CHECK(type("").state == State::Open);
  CHECK(type("\r").answer.empty());
}

TEST_CASE("without echo only the end shows") {
  Typed typed = type("secr\x7f\x15geheim\x08\r", false);
  CHECK(typed.answer == "gehei");
  CHECK(typed.shown == "\r\n");
}

TEST_CASE("the line feed after a return is no second line, even in the next answer") {
  LineInput line;
  std::string shown;
  line.begin("", true);
  CHECK(line.feed("a\r", shown) == 2);
  line.begin("", true);
  CHECK(line.feed("\nb\n", shown) == 3);
  CHECK(line.take().view() == "b");
  line.begin("", true);
  CHECK(line.feed("\n", shown) == 1);  // after a line feed it is one
  CHECK(line.state() == State::Done);
}

TEST_CASE("characters are taken back whole") {
  CHECK(type("ab\x7f"
             "c\r")
            .answer == "ac");
  CHECK(type("ab\x08"
             "c\r")
            .shown == "ab\b \bc\r\n");
  Typed wide = type("漢字\x7f\r");
  CHECK(wide.answer == "漢");
  CHECK(wide.shown == "漢字\r\x1b[Klogin: 漢\r\n");
  CHECK(type("\x7f\x7f"
             "a\r")
            .answer == "a");
  CHECK(type("\x7f").shown.empty());
  Typed all = type(
      "abc\x15"
      "d\r");
  CHECK(all.answer == "d");
  CHECK(all.shown == "abc\r\x1b[Klogin: d\r\n");
  CHECK(type("\x15").shown.empty());
}

TEST_CASE("^C gives up, and ^D on an empty line does") {
  Typed typed = type("abc\x03rest");
  CHECK(typed.state == State::GivenUp);
  CHECK(typed.answer.empty());
  CHECK(typed.shown == "abc^C\r\n");
  CHECK(typed.taken == 4);
  CHECK(type("\x04").state == State::GivenUp);
  CHECK(type("a\x04\r").answer == "a");
}

TEST_CASE("cursor keys, pastes and other control characters do nothing") {
  CHECK(type("a\x1b[Ab\x1b[1;5Cc\x1bOPd\r").answer == "abcd");
  CHECK(type("\x1b[200~pasted\x1b[201~\r").answer == "pasted");
  CHECK(type("a\x1bxb\r").answer == "ab");
  CHECK(type("a\x1b\r").answer == "a");
  CHECK(type("a\x1b[\r").answer == "a");
  CHECK(type("a\tb\x01\x1a\r").answer == "ab");
}

TEST_CASE("what is too long is not taken and not shown") {
  Typed typed = type(std::string(2000, 'x') + "\x7f\r");
  CHECK(typed.answer.size() == 1023);
  CHECK(typed.shown == std::string(1024, 'x') + "\b \b\r\n");
}

#include "terminal/printable.h"

#include <doctest/doctest.h>

using namespace wharf_paramiko::terminal;
using namespace std::string_literals;

TEST_CASE("what does something is taken out of a stranger's text") {
  CHECK(printable("Password: ") == "Password: ");
  CHECK(printable("\x1b]0;title\x07\x1b[31mred\x7f\0"s) == "]0;title[31mred");
  CHECK(printable("a\xc2\x9b"
                  "31mb") == "a31mb");  // C1: CSI
  CHECK(printable("a\xe2\x80\xae"
                  "b\xe2\x81\xa6"
                  "c") == "abc");  // turns the direction
  CHECK(printable("漢字 é 😀") == "漢字 é 😀");
  CHECK(printable("a\xff\xe6\xbc") == "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("line ends are those of a terminal, or spaces") {
  CHECK(printable("one\ntwo\r\nthree\rfour\tfive") == "one\r\ntwo\r\nthree\r\nfour five");
  CHECK(printable_line("one\ntwo\r\nthree\rfour\tfive") == "one two three four five");
}

TEST_CASE("long text is cut between characters") {
  CHECK(printable("漢字漢字", 7) == "漢字");
  CHECK(printable_line(std::string(1000, 'x')).size() == 256);
}

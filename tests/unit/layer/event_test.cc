#include "layer/event.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using wharf::Result;
using wharf::layer::Event;
using wharf::layer::EventPtr;

namespace {

wharf_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(wharf_bytes from) { return {from.data, from.size}; }

}  // namespace

TEST_CASE("an event made of fields reads back, as accessors and as MessagePack") {
  const wharf_field fields[] = {{bytes("text"), bytes("hello"), WHARF_TEXT, 0},
                                {bytes("blob"), bytes(std::string_view("\0\1", 2)), WHARF_BINARY, 0},
                                {bytes("none"), bytes(""), WHARF_TEXT, 0}};
  Result<EventPtr> made = Event::from_fields("user.message", fields);
  REQUIRE(made.has_value());
  const wharf_event& event = **made;
  CHECK(view(event.type) == "user.message");
  CHECK(view(event.text(&event, "text")) == "hello");
  CHECK(view(event.text(&event, "type")) == "user.message");
  CHECK(event.text(&event, "blob").data == nullptr);
  CHECK(view(event.bytes(&event, "blob")) == std::string_view("\0\1", 2));
  CHECK(event.text(&event, "none").data != nullptr);
  CHECK(event.has(&event, "none") == 1);
  CHECK(event.has(&event, "missing") == 0);
  // The bytes that Python's msgpack makes of the same dictionary.
  using namespace std::string_view_literals;
  CHECK(view(event.msgpack) ==
        "\x84\xa4type\xacuser.message\xa4text\xa5hello\xa4"
        "blob\xc4\x02\x00\x01\xa4none\xa0"sv);

  Result<EventPtr> again = Event::from_msgpack(view(event.msgpack));
  REQUIRE(again.has_value());
  CHECK(view((*again)->text(again->get(), "text")) == "hello");
}

TEST_CASE("a later entry of the same key wins, and values of other kinds are there but not text") {
  Result<EventPtr> event = Event::from_msgpack(
      "\x84\xa4type\xa1"
      "a\xa4type\xa1"
      "b\xa1n\x2a\xa1l\x91\xc0");
  REQUIRE(event.has_value());
  CHECK(view((*event)->type) == "b");
  CHECK((*event)->has(event->get(), "n") == 1);
  CHECK((*event)->text(event->get(), "n").data == nullptr);
  CHECK((*event)->bytes(event->get(), "l").data == nullptr);
}

TEST_CASE("what is no event is refused with its reason") {
  using namespace std::string_view_literals;
  for (std::string_view packed :
       {""sv, "\xc0"sv, "\x90"sv, "\x80"sv, "\x81\xa4type\x01"sv, "\x81\xa4type\xa0"sv, "\x81\x01\xa1x"sv,
        "\x81\xa4type\xa1"sv, "\xdf\xff\xff\xff\xff"sv, "\xc1"sv, "\x81\xa4type\xa1x\xc0"sv,
        "\x81\xa4type\xdb\xff\xff\xff\xff"sv}) {
    CHECK_FALSE(Event::from_msgpack(packed).has_value());
  }
  std::string deep =
      "\x82\xa4type\xa1x\xa1"
      "d" +
      std::string(1000, '\x91') + "\xc0";
  CHECK_FALSE(Event::from_msgpack(deep).has_value());
  CHECK_FALSE(Event::from_fields("", {}).has_value());
  CHECK_FALSE(Event::from_fields(std::string(257, 'x'), {}).has_value());
  const wharf_field twice{bytes("type"), bytes("x"), WHARF_TEXT, 0};
  CHECK_FALSE(Event::from_fields("a", {&twice, 1}).has_value());
}

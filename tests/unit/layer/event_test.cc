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
  // An extension type, deep inside too, and inner maps whose keys are a number, a list, nothing.
  for (std::string_view value :
       {"\xd4\x01x"sv, "\xc7\x00\x01"sv, "\xc8\x00\x01\x01x"sv, "\x91\x81\xa1k\xd4\x01x"sv, "\x81\x01\x02"sv,
        "\x81\x90\x02"sv, "\x81\xc0\x02"sv}) {
    CHECK_FALSE(Event::from_msgpack(std::string("\x82\xa4type\xa1x\xa1v") + std::string(value)).has_value());
  }
  CHECK_FALSE(Event::from_fields("", {}).has_value());
  CHECK_FALSE(Event::from_fields(std::string(257, 'x'), {}).has_value());
  const wharf_field twice{bytes("type"), bytes("x"), WHARF_TEXT, 0};
  CHECK_FALSE(Event::from_fields("a", {&twice, 1}).has_value());
}

TEST_CASE("an event may be nested 64 deep, the map of its own included") {
  using namespace std::string_literals;
  const auto nested = [](size_t lists) {
    return "\x82\xa4type\xa1x\xa1v"s + std::string(lists, '\x91') + "\xc0";
  };
  CHECK(Event::from_msgpack(nested(63)).has_value());
  CHECK_FALSE(Event::from_msgpack(nested(64)).has_value());
  CHECK(Event::from_msgpack("\x82\xa4type\xa1x\xa1v\x82\xa1k\x91\x01\xc4\x01k\x81\xa1k\xc0"s).has_value());
}

TEST_CASE("no beginning of a map is a map, whatever lengths it claims") {
  using namespace std::string_literals;
  for (
      const std::string& whole :
      {"\x83\xa4type\xa1x\xa1l\xdc\x00\x02\x01\xd9\x01y\xa1m\xde\x00\x01\xa1k\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"s,
       "\xde\x00\x02\xa4type\xa1x\xa1"
       "b\xc4\x02\x00\x01"s,
       "\xdf\x00\x00\x00\x01\xa4type\xda\x00\x01x"s}) {
    REQUIRE(Event::from_msgpack(whole).has_value());
    for (size_t size = 0; size < whole.size(); ++size) {
      CHECK_FALSE(Event::from_msgpack(whole.substr(0, size)).has_value());
    }
    CHECK_FALSE(Event::from_msgpack(whole + "\xc0").has_value());
  }
  // Each list claims more elements than any memory holds.
  std::string greedy = "\x82\xa4type\xa1x\xa1v";
  for (int i = 0; i < 60; ++i) greedy += "\xdd\xff\xff\xff\xff";
  CHECK_FALSE(Event::from_msgpack(greedy).has_value());
}

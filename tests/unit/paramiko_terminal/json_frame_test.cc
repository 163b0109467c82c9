#include "terminal/json_frame.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>

using namespace wharf_paramiko::terminal;
using Kind = JsonValue::Kind;

namespace {

constexpr size_t deep = 100;

std::string problem(std::string text, size_t deepest = deep) {
  tl::expected<JsonValue, std::string> value = read_json(text, deepest);
  return value ? "" : value.error();
}

// Reals stand as null: their value is not read.
nlohmann::json copy_of(const JsonValue& value) {
  switch (value.kind) {
    case Kind::Null:
    case Kind::Real:
      return nullptr;
    case Kind::Boolean:
      return value.boolean;
    case Kind::Integer:
      return value.integer;
    case Kind::Text:
      return std::string(value.text);
    case Kind::List: {
      nlohmann::json list = nlohmann::json::array();
      for (const JsonValue& item : value.items) list.push_back(copy_of(item));
      return list;
    }
    case Kind::Object:
      break;
  }
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [key, member] : value.members) object[std::string(key)] = copy_of(member);
  return object;
}

// Numbers that are no int64_t stand as null.
void forget_reals(nlohmann::json& value) {
  if (value.is_number_float()) value = nullptr;
  if (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX) value = nullptr;
  if (value.is_structured()) {
    for (nlohmann::json& item : value) forget_reals(item);
  }
}

}  // namespace

TEST_CASE("values are read where they stand") {
  std::string text = R"( {"a" : [1, -2, 1.5, true, false, null], "b": {"c": "\u00e9\ud83d\ude00\n\"\\\/"}} )";
  tl::expected<JsonValue, std::string> value = read_json(text, deep);
  REQUIRE(value);
  REQUIRE(value->kind == Kind::Object);
  const JsonValue* list = value->find("a");
  REQUIRE(list != nullptr);
  REQUIRE(list->items.size() == 6);
  CHECK(list->items[1].integer == -2);
  CHECK(list->items[2].kind == Kind::Real);
  CHECK(list->items[3].boolean);
  CHECK(!list->items[4].boolean);
  std::string_view inner = value->find("b")->find("c")->text;
  CHECK(inner == "é😀\n\"\\/");
  CHECK((inner.data() >= text.data() && inner.data() < text.data() + text.size()));
}

TEST_CASE("a member that is null is none, and the last of equal keys counts") {
  std::string text = R"({"a": null, "b": 1, "b": 2, "c": 1, "c": null})";
  tl::expected<JsonValue, std::string> value = read_json(text, deep);
  REQUIRE(value);
  CHECK(value->find("a") == nullptr);
  CHECK(value->find("b")->integer == 2);
  CHECK(value->find("c") == nullptr);
  CHECK(value->find("d") == nullptr);
}

TEST_CASE("what is no JSON says where and why, and shows nothing") {
  CHECK(problem("") == "no JSON at byte 0: it ends too early");
  CHECK(problem(R"({"password": "hunter2)") == "no JSON at byte 21: a text has no end");
  CHECK(problem(R"({"a": 1} x)") == "no JSON at byte 9: something follows the value");
  CHECK(problem(R"(["\ud800"])") == "no JSON at byte 8: half a surrogate pair");
  CHECK(problem("[\"\x01\"]") == "no JSON at byte 2: a control character in a text");
  CHECK(problem("[[[1]]]", 3) == "");
  CHECK(problem("[[[[1]]]]", 3) == "no JSON at byte 3: too deep");
  CHECK(problem(std::string(60'000, '['), 4) != "");
  for (const char* wrong :
       {"{",         "[",           "[1,]",  "{\"a\"}",    "{\"a\":}", "{a:1}",         "01",
        "+1",        "1.",          ".5",    "1e",         "tru",      "nul",           "\"\\x\"",
        "\"\\u12\"", "\"\\udc00\"", "[1 2]", "{\"a\":1,}", "--1",      "\xef\xbb\xbf{}"}) {
    CHECK_MESSAGE(problem(wrong) != "", wrong);
  }
}

TEST_CASE("it agrees with another reader on what is JSON and what it says") {
  const std::string seed =
      R"({"t":"connect","cols":80,"n":-0.5e+3,"env":{"A":"x\u0041\\"},"l":[true,false,null,"é",12345678901234567890]})";
  const std::string alphabet = "{}[]\",:\\u0123456789.eE+-truefalsn \t/";
  std::mt19937 random(20);  // NOLINT: the same cases every time
  size_t valid = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seed;
    for (int change = static_cast<int>(random() % 4); change >= 0; --change) {
      size_t at = random() % text.size();
      if (static_cast<unsigned char>(text[at]) >= 0x80) continue;  // the frame stays UTF-8
      char c = alphabet[random() % alphabet.size()];
      switch (random() % 3) {
        case 0:
          text[at] = c;
          break;
        case 1:
          text.insert(at, 1, c);
          break;
        default:
          text.erase(at, 1);
      }
    }
    nlohmann::json expected = nlohmann::json::parse(text, nullptr, false);
    std::string frame = text;
    tl::expected<JsonValue, std::string> value = read_json(frame, deep);
    // Where a number is beyond all doubles, the other reader refuses it; its value is nobody's business here.
    if (value && expected.is_discarded() && text.find_first_of("eE") != std::string::npos) continue;
    REQUIRE_MESSAGE(value.has_value() != expected.is_discarded(), text);
    if (!value) continue;
    ++valid;
    forget_reals(expected);
    REQUIRE_MESSAGE(copy_of(*value) == expected, text);
  }
  CHECK(valid > 1000);
}

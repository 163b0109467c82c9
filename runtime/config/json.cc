#include "config/json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "config/quote.h"

namespace wharf::config {

namespace {

using Value = nlohmann::ordered_json;  // keeps the keys in the order of the file

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

bool is_digits(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_decimal(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
    if (!is_digits(exponent, digits)) return false;
    text = text.substr(0, e);
  }
  size_t dot = text.find('.');
  if (dot == std::string_view::npos) return is_digits(text, digits);
  std::string_view whole = text.substr(0, dot);
  std::string_view fraction = text.substr(dot + 1);
  if (!whole.empty() && !is_digits(whole, digits)) return false;
  return fraction.empty() ? !whole.empty() : is_digits(fraction, digits);
}

template <class Number>
std::optional<Value> parse_all(std::string_view text, int base) {
  Number number = 0;
  std::from_chars_result read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (read.ec != std::errc()) return std::nullopt;
  return Value(number);
}

std::optional<Value> parse_integer(std::string_view text, int base) {
  if (std::optional<Value> number = parse_all<int64_t>(text, base)) return number;
  return parse_all<uint64_t>(text, base);
}

std::optional<Value> parse_float(std::string_view text) {
  double number = 0;
  std::from_chars_result read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || !std::isfinite(number)) return std::nullopt;
  return Value(number);
}

class Converter {
 public:
  explicit Converter(Findings& findings) : findings_(findings) {}

  Value convert(const Node& node, Place place, const std::string& pointer) {
    places.emplace(pointer, findings_.at(place));
    switch (node.kind) {
      case Node::Kind::Null:
        return nullptr;
      case Node::Kind::Scalar:
        return scalar(node);
      case Node::Kind::List:
        return list(node, pointer);
      case Node::Kind::Map:
        break;
    }
    return map(node, pointer);
  }

  std::map<std::string, Position> places;

 private:
  Value list(const Node& node, const std::string& pointer) {
    Value array = Value::array();
    for (size_t i = 0; i < node.items.size(); ++i) {
      array.push_back(convert(*node.items[i], node.items[i]->place, fmt::format("{}/{}", pointer, i)));
    }
    return array;
  }

  Value map(const Node& node, const std::string& pointer) {
    Value::object_t
        object;  // a vector of pairs; push_back() relies on the keys being unique, and is not quadratic
    for (const Node::Entry& entry : node.entries) {
      std::string step;
      for (char c : entry.key) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
      object.push_back({entry.key, convert(*entry.value, entry.place, fmt::format("{}/{}", pointer, step))});
    }
    return object;
  }

  Value scalar(const Node& node) {
    const std::string& text = node.text;
    if (node.quoted) return text;
    if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
    if (is_one_of(text, {"true", "True", "TRUE"})) return true;
    if (is_one_of(text, {"false", "False", "FALSE"})) return false;
    std::string_view unsigned_text = text;
    if (unsigned_text.starts_with('-') || unsigned_text.starts_with('+')) unsigned_text.remove_prefix(1);
    if (is_one_of(unsigned_text, {".inf", ".Inf", ".INF"}) || is_one_of(text, {".nan", ".NaN", ".NAN"})) {
      findings_.add(node.place, fmt::format("{} has no counterpart in JSON", quote(text)),
                    "write a finite number");
      return nullptr;
    }
    return number(node).value_or(Value(text));
  }

  // Nothing when the text is no number.
  std::optional<Value> number(const Node& node) {
    std::string_view text = node.text;
    std::optional<Value> value;
    if (text.starts_with("0x") && is_digits(text.substr(2), "0123456789abcdefABCDEF")) {
      value = parse_integer(text.substr(2), 16);
    } else if (text.starts_with("0o") && is_digits(text.substr(2), "01234567")) {
      value = parse_integer(text.substr(2), 8);
    } else if (is_decimal(text)) {
      if (text.starts_with('+')) text.remove_prefix(1);
      bool integer = text.find_first_of(".eE") == std::string_view::npos;
      value = integer ? parse_integer(text, 10) : parse_float(text);
    } else {
      return std::nullopt;
    }
    if (!value) {
      findings_.add(node.place, fmt::format("the number {} is out of range", quote(node.text)),
                    "quote it to make it text");
    }
    return value.value_or(Value(nullptr));
  }

  Findings& findings_;
};

}  // namespace

Json to_json(const Node& node, Place place, Findings& findings) {
  Converter converter(findings);
  Value value = converter.convert(node, place, "");
  // The text is UTF-8 already; `replace` only spares us the exception of the impossible case.
  return {value.dump(-1, ' ', false, Value::error_handler_t::replace), std::move(converter.places)};
}

}  // namespace wharf::config

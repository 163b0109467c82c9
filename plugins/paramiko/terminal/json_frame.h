// SPDX-License-Identifier: MIT
//
// JSON (RFC 8259) read where it stands: strings are decoded inside the frame, and every text is a view into
// it. Nothing is copied, so whoever wipes the frame has wiped the passwords in it. Written by hand for that
// reason: the lexer of nlohmann-json keeps a raw copy of every token, and puts it into its error texts.
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wharf_paramiko::terminal {

struct JsonMember;

struct JsonValue {
  enum class Kind { Null, Boolean, Integer, Real, Text, List, Object };

  Kind kind = Kind::Null;
  bool boolean = false;
  int64_t integer =
      0;  // a number without fraction and exponent that fits; any other is Real, whose value nobody asks
  std::string_view text;  // into the frame; may contain zero bytes
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  // in their order; the last of equal keys counts

  // The member `key`, or nullptr. A null counts as none, as pages write what they leave out.
  const JsonValue* find(std::string_view key) const;
};

struct JsonMember {
  std::string_view key;
  JsonValue value;
};

// "a text", "a list", ...
std::string_view name_of(JsonValue::Kind kind);

// [any-thread] The value in `frame`, which is valid UTF-8 and is no JSON any more afterwards. At most
// `deepest` lists and objects stand inside each other. The error says what is wrong at which byte, and shows
// none of the frame.
tl::expected<JsonValue, std::string> read_json(std::span<char> frame, size_t deepest);

}  // namespace wharf_paramiko::terminal

// One value of the file as what its key wants. `key` is for the message only. Nothing is answered when the
// value is something else; `findings` then has the reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

template <class T>
struct Range {
  T lowest;
  T highest;
};

// What a node is, in words: "a list", "nothing", "the text `x`".
std::string describe(const Node& node);

// [loader] All of these. Text is never empty and holds no control characters.
std::optional<std::string> read_text(const Node& node, std::string_view key, Findings& findings);
// `or_else` completes the remedy: ", or `auto`".
std::optional<uint64_t> read_number(const Node& node, std::string_view key, Range<uint64_t> range,
                                    Findings& findings, std::string_view or_else = {});
std::optional<uint64_t> read_size(const Node& node, std::string_view key, Range<uint64_t> range,
                                  Findings& findings);
// `may_be_off`: 0 is allowed although it lies below the range.
std::optional<Duration> read_duration(const Node& node, std::string_view key, Range<Duration> range,
                                      bool may_be_off, Findings& findings, std::string_view or_else = {});
// The index in `choices`.
std::optional<size_t> read_choice(const Node& node, std::string_view key,
                                  const std::vector<std::string>& choices, Findings& findings);

struct PlacedText {
  std::string text;
  Place place;
};

// [loader] One text or a list of at least one; what is no text is left out.
std::vector<PlacedText> read_texts(const Node& node, std::string_view key, Findings& findings);

}  // namespace wharf::config

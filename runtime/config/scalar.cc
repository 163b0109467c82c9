#include "config/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "config/quote.h"
#include "config/suggest.h"
#include "config/units.h"

namespace wharf::config {

namespace {

void add_wrong_type(const Node& node, std::string_view key, std::string_view wanted, Findings& findings) {
  if (node.kind == Node::Kind::Null) {
    findings.add(node.place, fmt::format("{} has no value", quote(key)),
                 fmt::format("write {}, or remove the key", wanted));
  } else {
    findings.add(node.place, fmt::format("{} is {}", quote(key), describe(node)),
                 fmt::format("write {}", wanted));
  }
}

void add_out_of_range(const Node& node, std::string_view key, std::string_view lowest,
                      std::string_view highest, Findings& findings) {
  findings.add(node.place, fmt::format("{} is out of range: {}", quote(key), quote(node.text)),
               fmt::format("write something from {} to {}", lowest, highest));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Null:
      return "nothing";
    case Node::Kind::List:
      return "a list";
    case Node::Kind::Map:
      return "a map";
    case Node::Kind::Scalar:
      break;
  }
  return "the text " + quote(node.text);
}

std::optional<std::string> read_text(const Node& node, std::string_view key, Findings& findings) {
  if (node.kind != Node::Kind::Scalar) {
    add_wrong_type(node, key, "text", findings);
    return std::nullopt;
  }
  if (node.text.empty()) {
    findings.add(node.place, fmt::format("{} is empty", quote(key)), "write something, or remove it");
    return std::nullopt;
  }
  if (std::any_of(node.text.begin(), node.text.end(), is_control)) {
    findings.add(node.place, fmt::format("{} holds a control character: {}", quote(key), quote(node.text)),
                 "remove it");
    return std::nullopt;
  }
  return node.text;
}

std::optional<uint64_t> read_number(const Node& node, std::string_view key, Range<uint64_t> range,
                                    Findings& findings, std::string_view or_else) {
  uint64_t number = 0;
  const char* end = node.text.data() + node.text.size();
  std::from_chars_result read = std::from_chars(node.text.data(), end, number);
  if (node.kind != Node::Kind::Scalar || node.quoted || read.ec == std::errc::invalid_argument ||
      read.ptr != end) {
    add_wrong_type(node, key,
                   fmt::format("a whole number from {} to {}{}", range.lowest, range.highest, or_else),
                   findings);
    return std::nullopt;
  }
  if (read.ec != std::errc() || number < range.lowest || number > range.highest) {
    add_out_of_range(node, key, std::to_string(range.lowest), std::to_string(range.highest), findings);
    return std::nullopt;
  }
  return number;
}

std::optional<uint64_t> read_size(const Node& node, std::string_view key, Range<uint64_t> range,
                                  Findings& findings) {
  if (node.kind != Node::Kind::Scalar) {
    add_wrong_type(node, key, "a size, such as 64 KiB or 1 MiB", findings);
    return std::nullopt;
  }
  Result<uint64_t> size = parse_size(node.text);
  if (!size) {
    findings.add(node.place, fmt::format("{} is no size: {}", quote(key), quote(node.text)),
                 size.error().text);
    return std::nullopt;
  }
  if (*size < range.lowest || *size > range.highest) {
    add_out_of_range(node, key, show_size(range.lowest), show_size(range.highest), findings);
    return std::nullopt;
  }
  return *size;
}

std::optional<Duration> read_duration(const Node& node, std::string_view key, Range<Duration> range,
                                      bool may_be_off, Findings& findings, std::string_view or_else) {
  if (node.kind != Node::Kind::Scalar) {
    add_wrong_type(node, key, "a duration, such as 200 ms or 20 s", findings);
    return std::nullopt;
  }
  Result<Duration> duration = parse_duration(node.text);
  if (!duration) {
    findings.add(node.place, fmt::format("{} is no duration: {}", quote(key), quote(node.text)),
                 fmt::format("{}{}", duration.error().text, or_else));
    return std::nullopt;
  }
  bool off = may_be_off && duration->count() == 0;
  if (!off && (*duration < range.lowest || *duration > range.highest)) {
    std::string highest = show_duration(range.highest) + (may_be_off ? ", or 0 to switch it off" : "");
    add_out_of_range(node, key, show_duration(range.lowest), highest, findings);
    return std::nullopt;
  }
  return *duration;
}

std::optional<size_t> read_choice(const Node& node, std::string_view key,
                                  const std::vector<std::string>& choices, Findings& findings) {
  std::optional<std::string> text = read_text(node, key, findings);
  if (!text) return std::nullopt;
  auto found = std::find(choices.begin(), choices.end(), *text);
  if (found == choices.end()) {
    findings.add(node.place, fmt::format("{} cannot be {}", quote(key), quote(*text)),
                 suggest(*text, choices));
    return std::nullopt;
  }
  return static_cast<size_t>(found - choices.begin());
}

std::vector<PlacedText> read_texts(const Node& node, std::string_view key, Findings& findings) {
  std::vector<PlacedText> texts;
  if (node.kind != Node::Kind::List) {
    if (std::optional<std::string> text = read_text(node, key, findings))
      texts.push_back({*text, node.place});
    return texts;
  }
  if (node.items.empty()) {
    findings.add(node.place, fmt::format("{} is an empty list", quote(key)),
                 "write one entry, or remove the key");
  }
  for (const std::shared_ptr<const Node>& item : node.items) {
    if (std::optional<std::string> text = read_text(*item, key, findings))
      texts.push_back({*text, item->place});
  }
  return texts;
}

}  // namespace wharf::config

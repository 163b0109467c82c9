#include "config/header_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "config/quote.h"
#include "config/scalar.h"

namespace wharf::config {

namespace {

bool is_token_character(char c) {
  bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> parse_header_name(const std::string& text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_token_character)) return std::nullopt;
  std::string name = text;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

std::optional<std::string> read_header_name(const Node& node, std::string_view key, Findings& findings) {
  const std::optional<std::string> text = read_text(node, key, findings);
  if (!text) return std::nullopt;
  std::optional<std::string> name = parse_header_name(*text);
  if (!name) {
    findings.add(node.place, fmt::format("{} is no name of an HTTP header", quote(*text)),
                 "write it like X-Remote-User");
  }
  return name;
}

}  // namespace wharf::config

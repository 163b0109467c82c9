#include "config/secret.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "config/file_text.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"
#include "config/units.h"

namespace wharf::config {

namespace {

constexpr const char* forms = "write {env: NAME}, {file: PATH} or the text itself";
constexpr size_t largest_secret = 64 << 10;  // bytes; whatever is larger is another file than was meant

bool is_variable_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::optional<std::string> read_variable(const Node& node, std::string_view key, Findings& findings) {
  bool is_text = node.kind == Node::Kind::Scalar && !node.text.empty();
  // What is no name may be the secret itself.
  if (!is_text || !std::all_of(node.text.begin(), node.text.end(), is_variable_character)) {
    findings.add(node.place, fmt::format("`env` of {} is no name of an environment variable", quote(key)),
                 "write it like REDIS_PASSWORD");
    return std::nullopt;
  }
  const char* value = std::getenv(node.text.c_str());
  if (value == nullptr || *value == '\0') {
    findings.add(
        node.place,
        fmt::format("the environment variable {} of {} is {}", quote(node.text), quote(key),
                    value == nullptr ? "not set" : "empty"),
        "set it where wharf is started, for example with Environment= or EnvironmentFile= in systemd");
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> read_secret_file(const Node& node, std::string_view key,
                                            const std::filesystem::path& base, Findings& findings) {
  std::optional<std::string> path = read_text(node, "file", findings);
  if (!path) return std::nullopt;
  std::filesystem::path file = (base / *path).lexically_normal();
  std::string whose = fmt::format("{} cannot come from {}", quote(key), quote(file.string(), 200));
  tl::expected<std::string, Unreadable> text = read_file(file, largest_secret + 1);
  if (!text) {
    findings.add(node.place, fmt::format("{}: {}", whose, text.error().what), text.error().remedy);
    return std::nullopt;
  }
  if (text->size() > largest_secret) {
    findings.add(node.place, fmt::format("{}: the file is larger than {}", whose, show_size(largest_secret)),
                 "name the right file");
    return std::nullopt;
  }
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (text->empty()) {
    findings.add(node.place, fmt::format("{}: the file is empty", whose), "write the secret into it");
    return std::nullopt;
  }
  return std::move(*text);
}

std::optional<std::string> read_source_of_secret(const Node& node, std::string_view key,
                                                 const std::filesystem::path& base, Findings& findings) {
  Section section(node, quote(key), findings);
  const Node* variable = section.take("env");
  const Node* file = section.take("file");
  section.finish();
  if (variable != nullptr && file != nullptr) {
    findings.add(node.place, fmt::format("{} has `env` and `file`", quote(key)), "keep one of the two");
    return std::nullopt;
  }
  if (node.entries.empty()) findings.add(node.place, fmt::format("{} is an empty map", quote(key)), forms);
  if (variable == nullptr && file == nullptr) return std::nullopt;
  return variable != nullptr ? read_variable(*variable, key, findings)
                             : read_secret_file(*file, key, base, findings);
}

}  // namespace

std::optional<std::string> read_secret(const Node& node, std::string_view key,
                                       const std::filesystem::path& base, Findings& findings) {
  if (node.kind == Node::Kind::Map) return read_source_of_secret(node, key, base, findings);
  if (node.kind == Node::Kind::Scalar && !node.text.empty()) return node.text;
  std::string what = node.kind == Node::Kind::Scalar ? "empty" : describe(node);
  findings.add(node.place, fmt::format("{} is {}", quote(key), what), forms);
  return std::nullopt;
}

}  // namespace wharf::config

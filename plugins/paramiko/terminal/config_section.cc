// SPDX-License-Identifier: MIT
#include "terminal/config_section.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "terminal/config_values.h"
#include "terminal/printable.h"

namespace wharf_paramiko::terminal {

namespace {

constexpr size_t largest_secret = 64 << 10;  // bytes; whatever is larger is another file than was meant

std::string describe(const nlohmann::json& value) {
  switch (value.type()) {
    case nlohmann::json::value_t::boolean:
      return "true or false";
    case nlohmann::json::value_t::string:
      return "a text";
    case nlohmann::json::value_t::array:
      return "a list";
    case nlohmann::json::value_t::object:
      return "a map";
    default:
      return value.is_number() ? "a number" : "nothing";
  }
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string escaped(std::string_view key) {
  std::string step;
  for (char c : key) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return step;
}

struct FileText {
  std::string text;
  bool others_read = false;
};

tl::expected<FileText, std::string> read_file(const std::string& path) {
  const auto failure = [&](std::string_view why) {
    return tl::make_unexpected(fmt::format("cannot read {}: {}", printable_line(path), why));
  };
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO would wait for ever
  if (file < 0) return failure(strerror(errno));
  struct stat status {};
  FileText found;
  found.text.resize(largest_secret + 1);
  ssize_t size = -1;
  bool is_file = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  if (is_file) size = read(file, found.text.data(), found.text.size());
  int error = errno;
  close(file);
  if (!is_file) return failure("it is no file");
  if (size < 0) return failure(strerror(error));
  if (static_cast<size_t>(size) > largest_secret)
    return failure(fmt::format("it is larger than {}", show_size(largest_secret)));
  if (size == 0) return failure("it is empty");
  found.text.resize(static_cast<size_t>(size));
  found.others_read = (status.st_mode & S_IRWXO) != 0;
  return found;
}

void wipe(std::string& text) { explicit_bzero(text.data(), text.size()); }

// A line break at the end of a file is none of the password; a key keeps its own.
std::string_view without_line_end(std::string_view text) {
  if (text.find('\n') != text.size() - 1) return text;
  text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

ConfigSection::ConfigSection(const nlohmann::json& object, std::string pointer, ConfigFindings& findings)
    : object_(object), pointer_(std::move(pointer)), findings_(findings) {
  if (!object_.is_object())
    findings_.problems.push_back({pointer_, fmt::format("is {}, write a map", describe(object_))});
}

ConfigSection::~ConfigSection() {
  if (!object_.is_object()) return;
  for (const auto& [key, value] : object_.items()) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    const auto other = instead_.find(key);
    std::string remedy = other != instead_.end() ? other->second : suggest(key, asked_);
    problem(key, fmt::format("there is no key `{}`: {}", printable_line(key, 60), remedy));
  }
}

std::string ConfigSection::pointer_to(std::string_view key) const { return pointer_ + "/" + escaped(key); }

void ConfigSection::problem(std::string_view key, std::string why) {
  findings_.problems.push_back({pointer_to(key), std::move(why)});
}

void ConfigSection::warn(std::string_view key, std::string why) {
  findings_.warnings.push_back({pointer_to(key), std::move(why)});
}

void ConfigSection::problem_at(std::string_view below, std::string why) {
  findings_.problems.push_back({fmt::format("{}/{}", pointer_, below), std::move(why)});
}

void ConfigSection::warn_at(std::string_view below, std::string why) {
  findings_.warnings.push_back({fmt::format("{}/{}", pointer_, below), std::move(why)});
}

void ConfigSection::instead(std::string_view key, std::string_view remedy) { instead_.emplace(key, remedy); }

bool ConfigSection::has(std::string_view key) const {
  if (!object_.is_object()) return false;
  const auto found = object_.find(std::string(key));
  return found != object_.end() && !found->is_null();
}

const nlohmann::json* ConfigSection::take(std::string_view key) {
  asked_.emplace_back(key);
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(asked_.back());
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

ConfigSection ConfigSection::section(std::string_view key) {
  static const nlohmann::json empty = nlohmann::json::object();
  const nlohmann::json* value = take(key);
  return ConfigSection(value != nullptr ? *value : empty, pointer_to(key), findings_);
}

void ConfigSection::text(std::string_view key, std::string& value, size_t most) {
  const nlohmann::json* found = take(key);
  if (found == nullptr) return;
  if (!found->is_string())
    return problem(key, fmt::format("is {}, write a text{}", describe(*found),
                                    found->is_primitive() ? " in quotes" : ""));
  const std::string& given = found->get_ref<const std::string&>();
  if (given.size() > most) return problem(key, fmt::format("has more than {} bytes", most));
  if (has_control(given)) return problem(key, "has a control character");
  value = given;
}

void ConfigSection::path(std::string_view key, std::string& value) {
  std::string given;
  text(key, given, 4096);
  if (given.empty()) return;
  if (!given.starts_with('/')) return problem(key, "is a relative path, write an absolute one");
  value = given;
}

void ConfigSection::flag(std::string_view key, bool& value) {
  const nlohmann::json* found = take(key);
  if (found == nullptr) return;
  if (!found->is_boolean()) return problem(key, fmt::format("is {}, write true or false", describe(*found)));
  value = found->get<bool>();
}

void ConfigSection::port(std::string_view key, uint16_t& value) {
  uint32_t number_ = value;
  number(key, number_, 1, 65'535);
  value = static_cast<uint16_t>(number_);
}

void ConfigSection::number(std::string_view key, uint32_t& value, uint32_t least, uint32_t most) {
  const nlohmann::json* found = take(key);
  if (found == nullptr) return;
  if (!found->is_number_integer())
    return problem(key, fmt::format("is {}, write a whole number", describe(*found)));
  bool fits =
      found->is_number_unsigned() && found->get<uint64_t>() >= least && found->get<uint64_t>() <= most;
  if (!fits) return problem(key, fmt::format("is not between {} and {}", least, most));
  value = found->get<uint32_t>();
}

void ConfigSection::size(std::string_view key, uint64_t& value, uint64_t least, uint64_t most) {
  const nlohmann::json* found = take(key);
  if (found == nullptr) return;
  uint64_t bytes = 0;
  if (found->is_number_unsigned()) {
    bytes = found->get<uint64_t>();
  } else if (found->is_string()) {
    tl::expected<uint64_t, std::string> parsed = parse_size(found->get_ref<const std::string&>());
    if (!parsed) return problem(key, "is no size: " + parsed.error());
    bytes = *parsed;
  } else {
    return problem(key, fmt::format("is {}, write a size such as 256 KiB", describe(*found)));
  }
  if (bytes < least || bytes > most)
    return problem(key, fmt::format("is not between {} and {}", show_size(least), show_size(most)));
  value = bytes;
}

void ConfigSection::rate(std::string_view key, uint64_t& value) {
  const nlohmann::json* found = take(key);
  if (found == nullptr) return;
  std::string_view given = found->is_string() ? std::string_view(found->get_ref<const std::string&>()) : "";
  bool is_none = given == "0" || (found->is_number_unsigned() && found->get<uint64_t>() == 0);
  if (!is_none && !given.ends_with("/s"))
    return problem(key, "is no rate: write one such as 4 MiB/s, or 0 for none");
  if (!is_none) given.remove_suffix(2);
  while (given.ends_with(' ')) given.remove_suffix(1);
  tl::expected<uint64_t, std::string> parsed = is_none ? 0 : parse_size(given);
  if (!parsed) return problem(key, "is no rate: " + parsed.error());
  value = *parsed;
}

void ConfigSection::duration(std::string_view key, std::chrono::milliseconds& value,
                             std::chrono::milliseconds most, bool may_be_none) {
  const nlohmann::json* found = take(key);
  if (found == nullptr) return;
  std::string given;
  if (found->is_string()) given = found->get_ref<const std::string&>();
  if (found->is_number_unsigned()) given = std::to_string(found->get<uint64_t>());
  if (given.empty())
    return problem(key, fmt::format("is {}, write a duration such as 10 s", describe(*found)));
  tl::expected<std::chrono::milliseconds, std::string> parsed = parse_duration(given);
  if (!parsed) return problem(key, "is no duration: " + parsed.error());
  if (*parsed > most) return problem(key, fmt::format("is more than {}", show_duration(most)));
  if (parsed->count() == 0 && !may_be_none) return problem(key, "is 0, which leaves no time for anything");
  value = *parsed;
}

void ConfigSection::texts(std::string_view key, std::vector<std::string>& value) {
  const nlohmann::json* found = take(key);
  if (found == nullptr) return;
  if (!found->is_array()) return problem(key, fmt::format("is {}, write a list", describe(*found)));
  std::vector<std::string> given;
  for (size_t i = 0; i < found->size(); ++i) {
    const nlohmann::json& item = (*found)[i];
    bool is_text = item.is_string() && !item.get_ref<const std::string&>().empty() &&
                   !has_control(item.get_ref<const std::string&>());
    if (!is_text) {
      findings_.problems.push_back(
          {fmt::format("{}/{}", pointer_to(key), i), "is no text of at least one character"});
      return;
    }
    given.push_back(item.get<std::string>());
  }
  value = std::move(given);
}

void ConfigSection::from_variable(std::string_view key, const std::string& name,
                                  std::optional<Secret>& value) {
  const char* found = std::getenv(name.c_str());
  if (found == nullptr || *found == '\0')
    return problem(key, fmt::format("the environment variable `{}` is {}: set it where the server is started",
                                    printable_line(name, 60), found == nullptr ? "not set" : "empty"));
  value = Secret(found);
}

void ConfigSection::from_file(std::string_view key, const std::string& path, std::optional<Secret>& value) {
  if (!path.starts_with('/')) return problem(key, "is a relative path, write an absolute one");
  tl::expected<FileText, std::string> file = read_file(path);
  if (!file) return problem(key, file.error());
  if (file->others_read) warn(key, fmt::format("everybody may read {}: chmod o= it", printable_line(path)));
  value = Secret(without_line_end(file->text));
  wipe(file->text);
  if (value->empty()) problem(key, fmt::format("{} holds no secret", printable_line(path)));
}

void ConfigSection::secret(std::string_view name, std::optional<Secret>& value) {
  std::string variable_key = fmt::format("{}_env", name);
  std::string file_key = fmt::format("{}_file", name);
  std::string variable;
  std::string file;
  text(variable_key, variable, 256);
  text(file_key, file, 4096);
  const nlohmann::json* itself = take(name);
  if ((itself != nullptr) + !variable.empty() + !file.empty() > 1)
    return problem(name,
                   fmt::format("`{}`, `{}` and `{}` say the same: keep one", name, variable_key, file_key));
  if (!variable.empty()) from_variable(variable_key, variable, value);
  if (!file.empty()) from_file(file_key, file, value);
  if (itself == nullptr) return;
  if (itself->is_object()) {
    ConfigSection source(*itself, pointer_to(name), findings_);
    source.text("env", variable, 256);
    source.text("file", file, 4096);
    if (variable.empty() == file.empty())
      return problem(name, "is a map without a source: write {env: NAME} or {file: PATH}");
    if (!variable.empty()) source.from_variable("env", variable, value);
    if (!file.empty()) source.from_file("file", file, value);
    return;
  }
  if (!itself->is_string() || itself->get_ref<const std::string&>().empty())
    return problem(name, fmt::format("is {}: write {{env: NAME}} or {{file: PATH}}",
                                     itself->is_string() ? "empty" : describe(*itself)));
  warn(name, "stands here in clear: write {env: NAME} or {file: PATH}");
  value = Secret(itself->get_ref<const std::string&>());
}

void ConfigSection::file(std::string_view key, std::string& value) {
  std::string path_;
  path(key, path_);
  if (path_.empty()) return;
  tl::expected<FileText, std::string> found = read_file(path_);
  if (!found) return problem(key, found.error());
  value = std::move(found->text);
}

std::optional<size_t> ConfigSection::word(std::string_view key,
                                          std::initializer_list<std::string_view> words) {
  std::string given;
  text(key, given, 64);
  if (given.empty()) return std::nullopt;
  const auto* which = std::find(words.begin(), words.end(), given);
  if (which != words.end()) return static_cast<size_t>(which - words.begin());
  problem(key, fmt::format("is `{}`: {}", printable_line(given, 60),
                           suggest(given, std::vector<std::string>(words.begin(), words.end()))));
  return std::nullopt;
}

}  // namespace wharf_paramiko::terminal

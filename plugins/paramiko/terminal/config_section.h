// SPDX-License-Identifier: MIT
//
// One object of the config, read strictly: each key once by its name and type, and what nobody asked for is a
// problem. A wrong value leaves the default and is a problem; reading goes on, so that all problems are found
// at once.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "secret.h"
#include "terminal/config.h"

namespace wharf_paramiko::terminal {

struct ConfigFindings {
  std::vector<ConfigProblem> problems;
  std::vector<ConfigProblem> warnings;
};

class ConfigSection {
 public:
  // `pointer` is the place of `object`. What is no object is a problem, and reads like {}.
  ConfigSection(const nlohmann::json& object, std::string pointer, ConfigFindings& findings);
  // Adds the keys that nobody asked for.
  ~ConfigSection();
  ConfigSection(const ConfigSection&) = delete;
  ConfigSection& operator=(const ConfigSection&) = delete;

  // Whether `key` is there, and not null.
  bool has(std::string_view key) const;
  // The value of `key`, or nullptr when it is not there or null.
  const nlohmann::json* take(std::string_view key);
  // The object under `key`, or an empty one.
  ConfigSection section(std::string_view key);

  // Each reads `key` into `value`, which keeps what it has when the key is not there.
  void text(std::string_view key, std::string& value, size_t most = 1024);
  void path(std::string_view key, std::string& value);  // absolute
  void flag(std::string_view key, bool& value);
  void port(std::string_view key, uint16_t& value);
  void number(std::string_view key, uint32_t& value, uint32_t least, uint32_t most);
  void size(std::string_view key, uint64_t& value, uint64_t least, uint64_t most);
  void rate(std::string_view key, uint64_t& value);
  void duration(std::string_view key, std::chrono::milliseconds& value, std::chrono::milliseconds most,
                bool may_be_none);
  void texts(std::string_view key, std::vector<std::string>& value);
  // A secret from NAME (a text, {env} or {file}), NAME_env or NAME_file.
  void secret(std::string_view name, std::optional<Secret>& value);
  void file(std::string_view key, std::string& value);  // the text of the file that the key names
  // The index of the word under `key` in `words`.
  std::optional<size_t> word(std::string_view key, std::initializer_list<std::string_view> words);

  // A key of the proposal or of another place, and what to do instead.
  void instead(std::string_view key, std::string_view remedy);

  std::string pointer_to(std::string_view key) const;
  void problem(std::string_view key, std::string why);
  void warn(std::string_view key, std::string why);
  // The same for what is below a key: "files/0". Its steps are no keys with `~` or `/`.
  void problem_at(std::string_view below, std::string why);
  void warn_at(std::string_view below, std::string why);

 private:
  void from_variable(std::string_view key, const std::string& name, std::optional<Secret>& value);
  void from_file(std::string_view key, const std::string& path, std::optional<Secret>& value);

  const nlohmann::json& object_;
  std::string pointer_;
  ConfigFindings& findings_;
  std::vector<std::string> asked_;
  std::map<std::string, std::string> instead_;
};

}  // namespace wharf_paramiko::terminal

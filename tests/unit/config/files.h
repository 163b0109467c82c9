// A fresh directory with the files of one test, and what load() makes of them.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"

// What doctest prints of a list of problems.
template <>
struct doctest::StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += "\n    " + line;
    return out.c_str();
  }
};

namespace wharf::config {

class Files {
 public:
  Files() {
    std::string name = (std::filesystem::temp_directory_path() / "wharf-config-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = std::filesystem::canonical(name);
  }
  ~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  std::filesystem::path path(std::string_view name) const { return directory_ / name; }

  void write(std::string_view name, std::string_view text) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream out(path(name), std::ios::binary);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!out.flush()) throw std::runtime_error("cannot write a file of the test");
  }

  tl::expected<Config, Problems> load(std::string_view name = "routes.yaml") const {
    return config::load(path(name));
  }

  // The problems as the user reads them, names relative to the directory; none at all is an empty list.
  std::vector<std::string> problems(std::string_view name = "routes.yaml") const {
    std::vector<std::string> lines;
    tl::expected<Config, Problems> config = load(name);
    if (config) return lines;
    std::string prefix = directory_.string() + "/";
    for (const Problem& problem : config.error()) {
      std::string line = problem.text();
      for (size_t at = line.find(prefix); at != std::string::npos; at = line.find(prefix))
        line.erase(at, prefix.size());
      lines.push_back(line);
    }
    return lines;
  }

 private:
  std::filesystem::path directory_;
};

inline Config load_good(std::string_view text) {
  Files files;
  files.write("routes.yaml", text);
  tl::expected<Config, Problems> config = files.load();
  if (!config) FAIL_CHECK(config.error().front().text());
  REQUIRE(config.has_value());
  return *config;
}

inline std::vector<std::string> problems_of(std::string_view text) {
  Files files;
  files.write("routes.yaml", text);
  return files.problems();
}

// A file of which only `text` can be wrong.
inline std::string with_route(std::string_view text) {
  return std::string(text) + "\nroutes: [{url: ^a$, consumer: a}]\n";
}

// The single problem of with_route(text).
inline std::string problem_of(std::string_view text) {
  std::vector<std::string> problems = problems_of(with_route(text));
  CHECK_MESSAGE(problems.size() <= 1,
                "more than one problem, the second: ", problems.size() > 1 ? problems[1] : "");
  return problems.empty() ? "no problem" : problems.front();
}

}  // namespace wharf::config

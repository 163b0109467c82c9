// What the tests of this room share: the plugins made for them, a log that can be read, a directory of their
// own.
#pragma once

#include <spdlog/sinks/ostream_sink.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugin/loader.h"
#include "telemetry/log.h"

namespace wharf::plugin {

inline std::string from_build(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) throw std::runtime_error(std::string("run by `meson test`, which sets ") + variable);
  return value;
}

// The folder of tests/plugins' modules, and the program that has the verb `probe-plugin`.
inline std::filesystem::path test_plugins() { return from_build("WHARF_TEST_PLUGINS"); }
inline std::filesystem::path test_plugin(const std::string& name) { return test_plugins() / (name + ".so"); }
inline std::filesystem::path wharf_program() { return from_build("WHARF_BINARY"); }

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "wharf-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A log whose lines the test can look at.
struct ReadableLog {
  std::ostringstream text;
  std::shared_ptr<telemetry::Log> log =
      std::make_shared<telemetry::Log>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));

  bool contains(const std::string& part) const { return text.str().find(part) != std::string::npos; }
};

// A loader over the plugins of the tests, or over another directory.
inline Loader make_loader(std::shared_ptr<telemetry::Log> log,
                          std::filesystem::path directory = test_plugins()) {
  return Loader({std::move(directory)}, std::move(log), {wharf_program(), std::chrono::seconds(20)});
}

}  // namespace wharf::plugin

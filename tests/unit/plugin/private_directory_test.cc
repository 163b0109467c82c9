#include "plugin/private_directory.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "fixtures.h"

namespace wharf::plugin {

namespace {

// XDG_RUNTIME_DIR for the length of a test.
class RuntimeDirectory {
 public:
  explicit RuntimeDirectory(const std::filesystem::path& path) {
    if (const char* value = std::getenv("XDG_RUNTIME_DIR")) before_ = value;
    setenv("XDG_RUNTIME_DIR", path.c_str(), 1);
  }
  RuntimeDirectory(const RuntimeDirectory&) = delete;
  RuntimeDirectory& operator=(const RuntimeDirectory&) = delete;
  ~RuntimeDirectory() {
    before_.empty() ? unsetenv("XDG_RUNTIME_DIR") : setenv("XDG_RUNTIME_DIR", before_.c_str(), 1);
  }

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("the directory is made in the runtime directory, and goes with its owner") {
  const TemporaryDirectory runtime;
  const RuntimeDirectory variable(runtime.path());
  {
    Result<PrivateDirectory> made = PrivateDirectory::create();
    REQUIRE(made);
    write_file(made->path() / "chat-0123.so", "x");
    const PrivateDirectory moved = std::move(*made);
    made = PrivateDirectory::create();
    CHECK(moved.path().parent_path() == runtime.path());
    CHECK(std::filesystem::exists(moved.path() / "chat-0123.so"));
  }
  CHECK(std::filesystem::is_empty(runtime.path()));
}

TEST_CASE("a runtime directory that cannot be used is passed over") {
  const RuntimeDirectory variable("/there/is/no/such/directory");
  const Result<PrivateDirectory> directory = PrivateDirectory::create();
  REQUIRE(directory);
  CHECK(std::filesystem::is_directory(directory->path()));
}

TEST_CASE("what a killed process left is taken away; what is in use, and what is not ours, stays") {
  const TemporaryDirectory runtime;
  const RuntimeDirectory variable(runtime.path());
  const Result<PrivateDirectory> in_use = PrivateDirectory::create();
  REQUIRE(in_use);
  std::filesystem::create_directory(runtime.path() / "wharf-plugins-left00");
  write_file(runtime.path() / "wharf-plugins-left00" / "chat-0123.so", "x");
  std::filesystem::create_directory(runtime.path() / "wharf-other");
  const Result<PrivateDirectory> next = PrivateDirectory::create();
  REQUIRE(next);
  CHECK_FALSE(std::filesystem::exists(runtime.path() / "wharf-plugins-left00"));
  CHECK(std::filesystem::exists(in_use->path()));
  CHECK(std::filesystem::exists(runtime.path() / "wharf-other"));
}

TEST_CASE("servers that start at the same moment leave each other's directories alone") {
  const TemporaryDirectory runtime;
  const RuntimeDirectory variable(runtime.path());
  std::atomic<int> kept = 0;
  std::vector<std::thread> servers;
  for (int server = 0; server < 4; ++server) {
    servers.emplace_back([&kept] {
      for (int start = 0; start < 250; ++start) {
        const Result<PrivateDirectory> directory = PrivateDirectory::create();
        if (!directory) continue;
        std::this_thread::yield();  // while the others look around
        if (std::filesystem::is_directory(directory->path())) ++kept;
      }
    });
  }
  for (std::thread& server : servers) server.join();
  CHECK(kept.load() == 4 * 250);
}

}  // namespace wharf::plugin

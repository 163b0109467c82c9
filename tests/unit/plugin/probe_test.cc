#include "plugin/probe.h"

#include <doctest/doctest.h>

#include "fixtures.h"

namespace wharf::plugin {

namespace {

// Why the plugin refuses: "POINTER: REASON", or "good".
std::string answer(const std::string& plugin, const std::string& config = "{}",
                   std::chrono::milliseconds deadline = std::chrono::seconds(20),
                   Unload unload = Unload::Never) {
  const Origin origin{plugin, test_plugin(plugin), test_plugin(plugin), "0123456789abcdef"};
  const auto tried = probe_in_child(origin, config, unload, {wharf_program(), deadline});
  return tried ? "good" : tried.error().json_pointer + ": " + tried.error().why;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a good plugin agrees") {
  CHECK(answer("good") == "good");
  // More than a pipe holds.
  CHECK(answer("good", "{\"text\": \"" + std::string(1 << 20, 'x') + "\"}") == "good");
}

TEST_CASE("a refusal comes with its place and its reason") {
  CHECK(answer("create_refuses") == "/room: must be the name of a room");
  CHECK(answer("create_null") == ": create returned NULL and gave no reason: call host->fail before");
}

TEST_CASE("a crash in the child is a refusal here, and says where") {
  // A sanitizer turns the signal into an exit of its own.
  CHECK((has(answer("create_crashes"), "it crashed in `create`: SIGSEGV") ||
         has(answer("create_crashes"), "it ended the process in `create`")));
  CHECK(has(answer("destroy_crashes"), "it crashed in `destroy`: SIGABRT"));
  CHECK(has(answer("constructor_crashes"), "it crashed in its constructors: SIGABRT"));
  CHECK(has(answer("create_exits"), "it ended the process in `create`: exit code 7"));
}

TEST_CASE("a plugin that hangs is killed at the deadline") {
  CHECK(has(answer("create_hangs", "{}", std::chrono::milliseconds(500)), "it hung in `create`"));
}

TEST_CASE("whether a plugin can be unloaded is seen by unloading it") {
  const auto unloaded = [](const std::string& plugin) {
    return answer(plugin, "{}", std::chrono::seconds(20), Unload::WhenIdle);
  };
  CHECK(unloaded("good") == "good");
  CHECK(unloaded("busy_create") == "good");
  CHECK(has(unloaded("sticky"), "its code stays after dlclose"));
  CHECK(has(unloaded("leaves_thread"), "a thread that it has begun goes on"));
  CHECK(unloaded("create_refuses") == "/room: must be the name of a room");
}

TEST_CASE("create may use timers, watches, jobs and posts, and leave them behind") {
  CHECK(answer("busy_create") == "good");
  CHECK(answer("busy_refusal") == "/busy: refused after all");
}

TEST_CASE("a program that cannot be started is an error, not a crash") {
  const Origin origin{"good", test_plugin("good"), test_plugin("good"), ""};
  const auto tried =
      probe_in_child(origin, "{}", Unload::Never, {"/there/is/no/such/program", std::chrono::seconds(20)});
  REQUIRE_FALSE(tried);
  CHECK(has(tried.error().why, "cannot be started: No such file or directory"));
}

TEST_CASE("a loader asks a plugin once about a config that it agreed to") {
  ReadableLog log;
  const TemporaryDirectory directory;
  const std::filesystem::path program = directory.path() / "wharf";
  std::filesystem::create_symlink(wharf_program(), program);
  Loader loader({test_plugins()}, log.log, {program, std::chrono::seconds(20)});
  const auto generation = *loader.load("good");
  REQUIRE(loader.probe(*generation, "{}"));
  // From here on a child could not be started.
  std::filesystem::remove(program);
  CHECK(loader.probe(*generation, "{}"));
  CHECK_FALSE(loader.probe(*generation, "{\"other\": 1}"));
}

}  // namespace wharf::plugin

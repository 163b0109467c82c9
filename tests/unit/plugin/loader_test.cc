#include "plugin/loader.h"

#include <doctest/doctest.h>

#include <cstddef>

#include "fake_services.h"
#include "fixtures.h"
#include "plugin/instance.h"

namespace wharf::plugin {

namespace {

std::string refusal(const std::string& plugin) {
  ReadableLog log;
  Loader loader = make_loader(log.log);
  const auto generation = loader.load(plugin);
  return generation ? "" : generation.error().text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void put(const std::string& plugin, const std::filesystem::path& target) {
  std::filesystem::copy_file(test_plugin(plugin), target, std::filesystem::copy_options::overwrite_existing);
}

// A whole life of an instance: it begins, one connection comes and goes, it ends.
bool lives(const std::shared_ptr<const Generation>& generation) {
  ReadableLog log;
  FakeServices services;
  const auto instance = Instance::create(generation, "{}", services, log.log);
  void* state = nullptr;
  if (!instance || (*instance)->connect(1, wharf_scope{}, &state) != WHARF_ACCEPT) return false;
  (*instance)->disconnect(1, state, 1000, "");
  return true;
}

}  // namespace

TEST_CASE("a good plugin is loaded") {
  ReadableLog log;
  Loader loader = make_loader(log.log);
  const auto generation = loader.load("good");
  REQUIRE(generation);
  CHECK((*generation)->name() == "good");
  CHECK((*generation)->source() == test_plugin("good"));
  CHECK((*generation)->sha256().size() == 64);
  CHECK((*generation)->subprotocols() == std::vector<std::string_view>{"good.v2", "good.v1"});
  CHECK(lives(*generation));
  CHECK(log.contains("plugin `good` 1.0.0 loaded"));
}

TEST_CASE("every callback but create may be left out") {
  ReadableLog log;
  Loader loader = make_loader(log.log);
  const auto generation = loader.load("only_create");
  REQUIRE(generation);
  CHECK(lives(*generation));
}

TEST_CASE("a plugin of a newer minor is loaded, with a warning") {
  ReadableLog log;
  Loader loader = make_loader(log.log);
  CHECK(loader.load("newer_minor"));
  CHECK(log.contains("built for ABI 1.8, newer than 1.1"));
}

TEST_CASE("a plugin of an older minor is loaded without a word") {
  ReadableLog log;
  Loader loader = make_loader(log.log);
  const auto generation = loader.load("older_minor");
  REQUIRE(generation);
  CHECK((*generation)->consumer().abi_minor == 0);
  CHECK(lives(*generation));
  CHECK_FALSE(log.contains("ABI"));
}

TEST_CASE("a plugin in C finds out by the size of the scope what the host says") {
  ReadableLog log;
  Loader loader = make_loader(log.log);
  const auto generation = loader.load("asks_method");
  REQUIRE(generation);
  FakeServices services;
  const auto instance = Instance::create(*generation, "{}", services, log.log);
  REQUIRE(instance);
  const auto decision = [&](const wharf_scope& scope) {
    void* state = nullptr;
    return (*instance)->connect(1, scope, &state);
  };
  wharf_scope scope{};
  scope.size = sizeof scope;
  scope.user.is_authenticated = 1;
  scope.auth_method = {"header", 6};
  scope.scheme = {"ws", 2};
  CHECK(decision(scope) == WHARF_REJECT);
  scope.auth_method = {"jwt", 3};
  CHECK(decision(scope) == WHARF_ACCEPT);
  scope.auth_method = {"header", 6};
  scope.scheme = {"wss", 3};
  CHECK(decision(scope) == WHARF_ACCEPT);

  wharf_scope of_1_0{};
  of_1_0.size = offsetof(wharf_scope, auth_method);
  CHECK(decision(of_1_0) == WHARF_REJECT);
  of_1_0.user.is_authenticated = 1;
  CHECK(decision(of_1_0) == WHARF_ACCEPT);
}

TEST_CASE("every bad plugin is refused by name, file and reason") {
  const std::string text = refusal("wrong_major");
  CHECK(has(text,
            "plugin `wrong_major` (" + test_plugin("wrong_major").string() + "): it was built for ABI 2"));
  CHECK(has(refusal("wrong_magic"), "WHARF_MAGIC"));
  CHECK(has(refusal("small_size"), "sizeof(wharf_consumer)"));
  CHECK(has(refusal("no_entry"), "exports no"));
  CHECK(has(refusal("missing_symbol"), "cannot be loaded: undefined symbol: nobody_has_this"));
  CHECK(has(refusal("no_create"), "`create` callback is NULL"));
  CHECK(has(refusal("no_name"), "`name` is missing"));
  CHECK(has(refusal("bad_subprotocol"), "`chat.v1\\x0d\\x0aX-Evil: 1` is not an HTTP token"));
  CHECK(has(refusal("constructor_crashes"), "it crashed in its constructors: SIGABRT"));
}

TEST_CASE("a plugin that is nowhere is refused with what there is") {
  ReadableLog log;
  const TemporaryDirectory directory;
  put("good", directory.path() / "chat.so");
  Loader loader = make_loader(log.log, directory.path());
  const std::string text = loader.load("chatt").error().text;
  CHECK(has(text, "no chatt.so on plugin_path (" + directory.path().string() + ")"));
  CHECK(has(text, "did you mean `chat`?"));
}

TEST_CASE("the plugin path is searched in order, and listed") {
  ReadableLog log;
  const TemporaryDirectory first;
  const TemporaryDirectory second;
  put("good", first.path() / "a.so");
  put("lender", second.path() / "a.so");
  put("lender", second.path() / "b.so");
  write_file(second.path() / "notes.txt", "no plugin");
  Loader loader({"/there/is/no/such/directory", first.path(), second.path()}, log.log);
  CHECK(*loader.find("a") == first.path() / "a.so");
  CHECK(*loader.find("b") == second.path() / "b.so");
  const auto plugins = loader.list();
  REQUIRE(plugins.size() == 2);
  CHECK(plugins.at("a") == first.path() / "a.so");
  CHECK(plugins.at("b") == second.path() / "b.so");
}

TEST_CASE("the same content loads once while it lives, new content beside it") {
  ReadableLog log;
  const TemporaryDirectory directory;
  put("good", directory.path() / "chat.so");
  Loader loader = make_loader(log.log, directory.path());
  const auto first = *loader.load("chat");
  CHECK(*loader.load("chat") == first);
  put("newer_minor", directory.path() / "chat.so");
  const auto second = *loader.load("chat");
  CHECK(second != first);
  CHECK(std::string(first->consumer().name) == "good");
  CHECK(std::string(second->consumer().name) == "newer_minor");
  CHECK(lives(first));
  CHECK(lives(second));
}

TEST_CASE("overwriting the operator's file in place does not touch what is loaded") {
  ReadableLog log;
  const TemporaryDirectory directory;
  put("good", directory.path() / "chat.so");
  Loader loader = make_loader(log.log, directory.path());
  const auto generation = *loader.load("chat");
  // The same inode with other bytes: this kills a process that has the file itself mapped.
  write_file(directory.path() / "chat.so", "no longer a shared object");
  CHECK(lives(generation));
  CHECK(has(loader.load("chat").error().text, "it is not an ELF file"));
  std::filesystem::remove(directory.path() / "chat.so");
  CHECK(lives(generation));
}

}  // namespace wharf::plugin

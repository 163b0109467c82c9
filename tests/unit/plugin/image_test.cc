#include "plugin/image.h"

#include <wharf/consumer.h>

#include <doctest/doctest.h>
#include <elf.h>

#include <algorithm>
#include <random>

#include "fixtures.h"

namespace wharf::plugin {

namespace {

Result<AbiWords> read(std::string content) { return read_image(std::span(content)); }

std::string reason(const std::string& plugin) {
  const Result<AbiWords> words = read_image(test_plugin(plugin));
  if (!words) return words.error().text;
  const Result<void> abi = check_abi(*words);
  return abi ? "good" : abi.error().text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the ABI words are read out of the file") {
  const Result<AbiWords> words = read_image(test_plugin("good"));
  REQUIRE(words);
  CHECK(words->magic == WHARF_MAGIC);
  CHECK(words->major == WHARF_ABI_MAJOR);
  CHECK(words->minor == WHARF_ABI_MINOR);
  CHECK(words->size == sizeof(wharf_consumer));
  CHECK(check_abi(*words));
}

TEST_CASE("reading runs no code of the plugin") {
  // Its constructor would end this process.
  CHECK(reason("constructor_crashes") == "good");
}

TEST_CASE("a newer minor is welcome") {
  CHECK(read_image(test_plugin("newer_minor"))->minor > WHARF_ABI_MINOR);
  CHECK(reason("newer_minor") == "good");
}

TEST_CASE("every kind of wrong file is refused with its own reason") {
  CHECK(has(reason("wrong_magic"), "does not begin with WHARF_MAGIC"));
  CHECK(has(reason("wrong_major"), "built for ABI 2, and this wharf runs ABI 1"));
  CHECK(has(reason("small_size"), "has 64 bytes, and ABI 1.0 has 112"));
  CHECK(has(reason("large_size"), "says it has 176 bytes, and has 112"));
  CHECK(has(reason("no_entry"), "exports no `wharf_consumer_entry`"));
  CHECK(has(reason("entry_function"), "not an exported constant"));
  CHECK(has(reason("computed_entry"), "is not in the file"));
  CHECK(has(reason("there_is_no_such_plugin"), "cannot be opened"));

  CHECK(has(read("#!/bin/sh\n").error().text, "not an ELF file"));
  CHECK(has(read("#!/bin/sh\nexit 0\n" + std::string(100, ' ')).error().text, "not an ELF file"));
  CHECK(has(read_image(wharf_program()).error().text, "exports no"));
}

TEST_CASE("a plugin for another machine is refused") {
  std::string image = read_file(test_plugin("good"));
  std::string other_class = image;
  other_class[EI_CLASS] = ELFCLASS32;
  CHECK(has(read(other_class).error().text, "another machine"));
  std::string other_machine = image;
  other_machine[offsetof(Elf64_Ehdr, e_machine)] = EM_S390;
  CHECK(has(read(other_machine).error().text, "another machine"));
  std::string an_object = image;
  an_object[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
  CHECK(has(read(an_object).error().text, "not a shared object"));
}

TEST_CASE("a truncated file is refused at every length, and for the same reason") {
  const std::string image = read_file(test_plugin("good"));
  for (size_t length = 0; length < image.size(); length += 61) {
    CAPTURE(length);
    const Result<AbiWords> words = read(image.substr(0, length));
    REQUIRE_FALSE(words);
    CHECK(words.error().text == "it is empty or cut off: copy it again");
  }
}

TEST_CASE("damaged and random files are read without harm") {
  std::mt19937 random(20260131);
  const std::string image = read_file(test_plugin("good"));
  std::uniform_int_distribution<size_t> place(0, image.size() - 1);
  std::uniform_int_distribution<int> byte(0, 255);
  size_t refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = image;
    // The first bytes hold the headers, where damage does most.
    for (int i = 0; i < 8; ++i)
      damaged[i % 2 == 0 ? place(random) : place(random) % 1024] = static_cast<char>(byte(random));
    refused += read(damaged) ? 0 : 1;
  }
  CHECK(refused > 0);
  std::string noise(4096, '\0');
  std::generate(noise.begin(), noise.end(), [&] { return static_cast<char>(byte(random)); });
  CHECK_FALSE(read(noise));
}

}  // namespace wharf::plugin

#include "plugin/private_copy.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "fixtures.h"

namespace wharf::plugin {

namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

struct Copying {
  TemporaryDirectory sources;
  Result<PrivateDirectory> directory = PrivateDirectory::create();

  Result<PrivateCopy> copy(const std::string& content, const std::string& name = "chat") {
    write_file(sources.path() / "chat.so", content);
    return copy_privately(sources.path() / "chat.so", name, *directory);
  }
  std::string refusal(const std::filesystem::path& source) {
    const Result<PrivateCopy> copied = copy_privately(source, "chat", *directory);
    return copied ? "" : copied.error().text;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Copying, "a copy is private, exact, and named by its content") {
  const Result<PrivateCopy> made = copy("abc");
  REQUIRE(made);
  CHECK(made->sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(made->path == directory->path() / "chat-ba7816bf8f01cfea.so");
  CHECK(read_file(made->path) == "abc");
  CHECK(mode_of(made->path) == 0500);
  CHECK(mode_of(directory->path()) == 0700);
}

TEST_CASE_FIXTURE(Copying, "the same content is one copy, other content another") {
  const Result<PrivateCopy> first = copy("first");
  struct stat before {};
  REQUIRE(stat(first->path.c_str(), &before) == 0);
  CHECK(copy("first")->path == first->path);
  struct stat after {};
  REQUIRE(stat(first->path.c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  CHECK(copy("second")->path != first->path);
  CHECK(copy("first", "talk")->path != first->path);
  CHECK(read_file(first->path) == "first");
}

TEST_CASE_FIXTURE(Copying, "a large file is copied whole") {
  const std::string content(3 << 20, 'x');
  CHECK(read_file(copy(content)->path) == content);
}

TEST_CASE_FIXTURE(Copying,
                  "what cannot be a plugin file is refused with its reason, and leaves nothing behind") {
  CHECK(refusal(sources.path() / "absent.so").find("cannot be opened: No such file") != std::string::npos);
  CHECK(refusal(sources.path()) == "it is not a regular file: put the shared object itself there");
  REQUIRE(mkfifo((sources.path() / "fifo.so").c_str(), 0600) == 0);
  CHECK(refusal(sources.path() / "fifo.so") == refusal(sources.path()));
  std::filesystem::create_symlink("nothing", sources.path() / "link.so");
  CHECK(refusal(sources.path() / "link.so")
            .find("No such file or directory: put the plugin there, or mend the link") != std::string::npos);
  write_file(sources.path() / "empty.so", "");
  CHECK(refusal(sources.path() / "empty.so") == "it is empty or cut off: copy it again");
  write_file(sources.path() / "open.so", "abc");
  REQUIRE(chmod((sources.path() / "open.so").c_str(), 0666) == 0);
  CHECK(refusal(sources.path() / "open.so").find("chmod o-w") != std::string::npos);
  CHECK(std::filesystem::is_empty(directory->path()));
}

}  // namespace wharf::plugin

#include "plugin/trust.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "fixtures.h"

namespace wharf::plugin {

namespace {

std::string file_refusal(uid_t owner, mode_t mode) {
  struct stat status {};
  status.st_uid = owner;
  status.st_mode = mode;
  const Result<void> trusted = trust_file(status);
  return trusted ? "" : trusted.error().text;
}

std::string directory_refusal(const std::filesystem::path& file) {
  const Result<void> trusted = trust_directories_of(file);
  return trusted ? "" : trusted.error().text;
}

}  // namespace

TEST_CASE("a plugin file belongs to root or to us, and nobody else may write to it") {
  CHECK(file_refusal(geteuid(), S_IFREG | 0644).empty());
  CHECK(file_refusal(0, S_IFREG | 0755).empty());
  CHECK(file_refusal(geteuid() + 1, S_IFREG | 0644).find("neither root nor") != std::string::npos);
  CHECK(file_refusal(0, S_IFREG | 0664).find("chmod g-w") != std::string::npos);
  CHECK(file_refusal(0, S_IFREG | 0646).find("chmod o-w") != std::string::npos);
  CHECK(file_refusal(0, S_IFDIR | 0755) == "it is not a regular file: put the shared object itself there");
}

TEST_CASE("so do the directories above it, unless they are sticky") {
  TemporaryDirectory work;
  const std::filesystem::path inner = work.path() / "inner";
  std::filesystem::create_directory(inner);
  write_file(inner / "chat.so", "abc");
  // The temporary directory itself may be anybody's: it is sticky.
  CHECK(directory_refusal(inner / "chat.so").empty());
  for (mode_t mode : {0775, 0757}) {
    REQUIRE(chmod(inner.c_str(), mode) == 0);
    CHECK(directory_refusal(inner / "chat.so").find("chmod go-w") != std::string::npos);
  }
  REQUIRE(chmod(inner.c_str(), 01777) == 0);
  CHECK(directory_refusal(inner / "chat.so").empty());
  REQUIRE(chmod(work.path().c_str(), 0777) == 0);
  CHECK(directory_refusal(inner / "chat.so").find(work.path().filename().string()) != std::string::npos);
}

TEST_CASE("links are followed first") {
  TemporaryDirectory work;
  const std::filesystem::path open = work.path() / "open";
  std::filesystem::create_directory(open);
  write_file(open / "chat.so", "abc");
  REQUIRE(chmod(open.c_str(), 0777) == 0);
  std::filesystem::create_symlink(open / "chat.so", work.path() / "chat.so");
  CHECK(directory_refusal(work.path() / "chat.so").find("chmod go-w") != std::string::npos);
}

}  // namespace wharf::plugin

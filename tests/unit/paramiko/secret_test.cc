#include "secret.h"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <type_traits>

#include "ssh/allocator.h"
#include "ssh/byte_queue.h"

namespace wharf_paramiko::ssh {

TEST_CASE("a secret moves without a copy, and cannot be copied") {
  static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
  Secret first("password");
  const char* place = first.c_str();
  Secret second(std::move(first));
  CHECK(second.c_str() == place);
  CHECK(second.view() == "password");
  CHECK(first.empty());
  CHECK(first.view().empty());
  Secret third("other");
  third = std::move(second);
  CHECK(third.c_str() == place);
  CHECK(third.c_str()[third.size()] == '\0');
}

TEST_CASE("a secret that is taken leaves nothing behind, however short it is") {
  for (const size_t size : {3u, 300u}) {
    std::string source(size, 'p');
    const char* place = source.data();
    const Secret secret = Secret::take(source);
    CHECK(secret.view() == std::string(size, 'p'));
    CHECK(source.empty());
    CHECK(source.data() == place);
    CHECK(std::memchr(place, 'p', size) == nullptr);
  }
}

TEST_CASE("a secret grows and shrinks at its end") {
  Secret secret;
  CHECK(std::string_view(secret.c_str()).empty());
  secret.remove_last();
  for (int i = 0; i < 1000; ++i) secret.append("ab");
  CHECK(secret.size() == 2000);
  secret.remove_last();
  CHECK(secret.view().ends_with("ba"));
  CHECK(std::strlen(secret.c_str()) == 1999);
  secret.clear();
  CHECK(secret.empty());
}

TEST_CASE("the allocator counts, and stays within its bound") {
  Allocator allocator(1000);
  void* one = allocator.allocate(400);
  void* two = allocator.allocate(600);
  REQUIRE(one != nullptr);
  REQUIRE(two != nullptr);
  CHECK(allocator.used() == 1000);
  CHECK_FALSE(allocator.exhausted());
  CHECK(allocator.allocate(1) == nullptr);
  CHECK(allocator.exhausted());
  allocator.free(two);
  CHECK(allocator.used() == 400);
  CHECK(allocator.peak() == 1000);
  CHECK(allocator.allocate(SIZE_MAX) == nullptr);
  allocator.free(one);
  CHECK(allocator.allocate(10) != nullptr);  // left to the destructor
  CHECK(allocator.used() == 10);
  allocator.free(nullptr);
  CHECK(allocator.used() == 10);
}

TEST_CASE("resizing keeps what fits, counts once, and fails without a loss") {
  Allocator allocator(1000);
  char* block = static_cast<char*>(allocator.resize(nullptr, 10));
  REQUIRE(block != nullptr);
  std::memcpy(block, "0123456789", 10);
  block = static_cast<char*>(allocator.resize(block, 400));
  REQUIRE(block != nullptr);
  CHECK(std::string_view(block, 10) == "0123456789");
  CHECK(allocator.used() == 400);
  CHECK(allocator.resize(block, 2000) == nullptr);
  CHECK(std::string_view(block, 10) == "0123456789");
  block = static_cast<char*>(allocator.resize(block, 3));
  CHECK(std::string_view(block, 3) == "012");
  CHECK(allocator.used() == 3);
  allocator.free(block);
}

TEST_CASE("a queue gives out what was put in, in pieces of any size") {
  ByteQueue queue;
  std::string put;
  std::string got;
  for (int round = 0; round < 500; ++round) {
    const std::string piece(static_cast<size_t>(round * 37 % 1000), static_cast<char>('a' + round % 26));
    put += piece;
    queue.append(piece);
    const size_t size = std::min<size_t>(queue.size(), static_cast<size_t>(round * 53 % 900));
    got += queue.view().substr(0, size);
    queue.pop(size);
  }
  got += queue.view();
  CHECK(got == put);
  queue.pop(queue.size());
  CHECK(queue.empty());
}

TEST_CASE("what has left a queue is wiped") {
  ByteQueue queue;
  queue.append("secret and the rest");
  const char* place = queue.view().data();
  queue.pop(7);
  CHECK(queue.view() == "and the rest");
  CHECK(std::string_view(place, 7) == std::string_view("\0\0\0\0\0\0\0", 7));
}

}  // namespace wharf_paramiko::ssh

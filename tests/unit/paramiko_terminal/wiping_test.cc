// What is given back to the allocator is looked at: no password may be in it. This program's own operator
// delete does so, which is why the test has a file to itself.
#include <doctest/doctest.h>
#include <malloc.h>
#include <string.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

#include "secret.h"
#include "terminal/client_messages.h"
#include "terminal/line_input.h"
#include "terminal/plain_prompts.h"

namespace {

constexpr std::string_view marker = "Tr0ub4dor&3-correct-horse";

bool watching = false;
int found = 0;

class Watch {
 public:
  Watch() {
    found = 0;
    watching = true;
  }
  ~Watch() { watching = false; }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
};

void look_and_free(void* block) noexcept {
  if (block == nullptr) return;
  size_t size = malloc_usable_size(block);
  if (watching && memmem(block, size, marker.data(), marker.size()) != nullptr) ++found;
  std::free(block);  // NOLINT
}

}  // namespace

void* operator new(size_t size) {
  if (void* block = std::malloc(size)) return block;  // NOLINT
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { look_and_free(block); }
void operator delete(void* block, size_t) noexcept { look_and_free(block); }

using namespace wharf_paramiko::terminal;
using wharf_paramiko::Secret;

TEST_CASE("a text that is no secret is found, so this test can fail") {
  Watch watch;
  { std::string copy(marker); }
  CHECK(found == 1);
}

TEST_CASE("no copy of a password outlives its message") {
  std::string good = R"({"t":"auth","method":"password","password":")" + std::string(marker) + R"("})";
  std::string escaped = R"({"t":"auth","method":"kbd","answers":["\u0020)" + std::string(marker) + R"("]})";
  std::string broken = R"({"t":"auth","method":"password","password":")" + std::string(marker);
  std::string unknown = R"({"t":"login","password":")" + std::string(marker) + R"("})";
  std::string wrong =
      R"({"t":"auth","method":"password","password":")" + std::string(marker) + R"(","cert":5,"answers":5})";
  Watch watch;
  for (const std::string* frame : {&good, &escaped, &broken, &unknown, &wrong}) {
    tl::expected<ClientMessage, BadMessage> message = parse_client_message(std::string_view(*frame));
    if (message) {
      ClientMessage moved = std::move(*message);
    }
  }
  CHECK(found == 0);
}

TEST_CASE("no copy of a typed password outlives its prompt") {
  Watch watch;
  {
    std::unique_ptr<PlainPrompts> prompts = std::make_unique<PlainPrompts>();  // on the heap, to be looked at
    prompts->ask_password();
    PlainPrompts::Step step = prompts->feed(marker);
    CHECK(step.shown.empty());
    step = prompts->feed("\r");
    REQUIRE(step.answer);
    CHECK(std::get<PlainPrompts::Password>(*step.answer).password.view() == marker);
    // Typed ahead, before anybody asked, and given up.
    static_cast<void>(prompts->feed(marker));
    step = prompts->ask_password();
    step = prompts->feed("\x03");
    CHECK(std::holds_alternative<PlainPrompts::GivenUp>(*step.answer));
    // And in the middle of it all.
    static_cast<void>(prompts->ask_password());
    static_cast<void>(prompts->feed(marker));
  }
  CHECK(found == 0);
}

#include "plugin/crash_report.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "borrowed_host.h"

namespace wharf::plugin {

namespace {

struct Death {
  std::string last_words;
  int signal = 0;
};

// Runs `crash` in a child with the report installed.
Death die(const std::function<void()>& crash) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    alarm(20);
    dup2(ends[1], STDERR_FILENO);
    install_crash_report();
    crash();
    _exit(0);
  }
  close(ends[1]);
  Death death;
  char buffer[256];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    death.last_words.append(buffer, static_cast<size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) death.signal = WTERMSIG(status);
  return death;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

// Each call keeps a page of the stack until the next has returned.
int overflow(int depth) {
  volatile char page[4096];
  page[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : overflow(depth + 1) + page[0];
}

}  // namespace

TEST_CASE_FIXTURE(BorrowedHost, "a crash names the consumer and the callback, then takes its course" *
                                    doctest::skip(sanitized)) {
  const Death death = die([&] { instance->receive(1, lender, WHARF_TEXT, "x"); });
  CHECK(death.last_words == "wharf: crashed in consumer `lender` (sha 01234567), callback receive\n");
  CHECK(death.signal == SIGABRT);
}

TEST_CASE("a crash elsewhere says so" * doctest::skip(sanitized)) {
  const Death death = die([] { raise(SIGSEGV); });
  CHECK(death.last_words == "wharf: crashed outside of any consumer\n");
  CHECK(death.signal == SIGSEGV);
}

TEST_CASE_FIXTURE(BorrowedHost, "a callback that has returned is not blamed" * doctest::skip(sanitized)) {
  instance->disconnect(1, lender, 1000, "");
  const Death death = die([] { std::abort(); });
  CHECK(death.last_words == "wharf: crashed outside of any consumer\n");
}

TEST_CASE_FIXTURE(BorrowedHost, "a stack overflow is reported too" * doctest::skip(sanitized)) {
  const Death death = die([&] {
    CallbackScope scope(instance->generation().origin(), "event");
    overflow(0);
  });
  CHECK(death.last_words == "wharf: crashed in consumer `lender` (sha 01234567), callback event\n");
  CHECK(death.signal == SIGSEGV);
}

}  // namespace wharf::plugin

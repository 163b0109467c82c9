#include "plugin/crash_report.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace wharf::plugin {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

// A line put together without memory of the heap. What does not fit is cut.
class Line {
 public:
  void add(std::string_view text) {
    const size_t length = std::min(text.size(), text_.size() - size_);
    std::memcpy(text_.data() + size_, text.data(), length);
    size_ += length;
  }
  void print() const {
    ssize_t ignored = write(STDERR_FILENO, text_.data(), size_);
    static_cast<void>(ignored);
  }

 private:
  std::array<char, 512> text_;
  size_t size_ = 0;
};

// Async-signal-safe. SA_RESETHAND has put the default action back in place.
void report(int signal) {
  Line line;
  const CallbackScope* scope = CallbackScope::innermost();
  if (scope == nullptr) {
    line.add("wharf: crashed outside of any consumer\n");
  } else {
    line.add("wharf: crashed in consumer `");
    line.add(scope->plugin().name);
    line.add("` (sha ");
    line.add(scope->plugin().short_sha());
    line.add("), callback ");
    line.add(scope->callback());
    line.add("\n");
  }
  line.print();
  raise(signal);
}

class SignalStack {
 public:
  SignalStack() {
    stack_t stack{};
    stack.ss_sp = memory_.get();
    stack.ss_size = size;
    sigaltstack(&stack, nullptr);
  }
  ~SignalStack() {
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  static constexpr size_t size = 64 << 10;
  std::unique_ptr<char[]> memory_{new char[size]};
};

}  // namespace

void install_crash_report() {
  if (sanitized) return;
  prepare_thread_for_crash_report();
  struct sigaction action {};
  action.sa_handler = report;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
  sigemptyset(&action.sa_mask);
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
}

void prepare_thread_for_crash_report() {
  if (sanitized) return;
  thread_local SignalStack stack;
  static_cast<void>(stack);
}

}  // namespace wharf::plugin

#include "plugin/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "plugin/descriptor.h"

namespace wharf::plugin {

namespace {

constexpr size_t longest_report = 64 << 10;
constexpr int report_descriptor = 3;

tl::unexpected<Error> system_failure(const char* what, int error) {
  return failure(fmt::format("{}: {}", what, std::strerror(error)));
}

// A file in memory, so that neither side ever waits for the other to read or write.
Result<Descriptor> input_file(std::string_view input) {
  Descriptor file(memfd_create("wharf-probe", MFD_CLOEXEC));
  if (file.get() < 0 || write(file.get(), input.data(), input.size()) != static_cast<ssize_t>(input.size()) ||
      lseek(file.get(), 0, SEEK_SET) != 0) {
    return system_failure("no memory for the input of a child process", errno);
  }
  return file;
}

// Out of the range that the child's descriptors are put in.
Descriptor out_of_the_way(Descriptor descriptor) {
  return Descriptor(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, report_descriptor + 1));
}

Result<pid_t> spawn(const std::vector<std::string>& arguments, const Descriptor& input,
                    const Descriptor& report) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, report.get(), report_descriptor);
  posix_spawn_file_actions_addclosefrom_np(&files, report_descriptor + 1);

  // Signals as a fresh program expects them, and a process group of its own, to be killed as a whole.
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<char*> words;
  words.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, words[0], &files, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return system_failure(fmt::format("{} cannot be started", arguments[0]).c_str(), error);
  return pid;
}

// Appends what there is to read. Returns false at the end.
bool read_some(int from, std::string& text) {
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t got = read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 && errno == EAGAIN;
    // Beyond the bound it is read and forgotten, so that the child does not wait for us.
    text.append(buffer.data(), std::min(static_cast<size_t>(got), longest_report - text.size()));
  }
}

}  // namespace

Result<ChildEnd> run_child(const std::vector<std::string>& arguments, std::string_view input,
                           std::chrono::milliseconds deadline) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + deadline;

  Result<Descriptor> file = input_file(input);
  if (!file) return tl::make_unexpected(file.error());
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return system_failure("no pipe to a child process", errno);
  const Descriptor report(ends[0]);
  Descriptor report_in = out_of_the_way(Descriptor(ends[1]));
  const Result<pid_t> pid = spawn(arguments, out_of_the_way(std::move(*file)), report_in);
  report_in = Descriptor();
  if (!pid) return tl::make_unexpected(pid.error());
  // By its number: the header that declares the function in glibc 2.36 is not usable in C++.
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, *pid, 0)));

  ChildEnd result;
  std::array<pollfd, 2> waits{{{process.get(), POLLIN, 0}, {report.get(), POLLIN, 0}}};
  while ((waits[0].revents & POLLIN) == 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) {
      result.timed_out = true;
      break;
    }
    if (poll(waits.data(), waits.size(), static_cast<int>(left)) < 0 && errno != EINTR) break;
    if (waits[1].revents != 0 && !read_some(report.get(), result.report)) waits[1].fd = -1;
  }
  // Before it is waited for, since until then its number is nobody else's.
  kill(-*pid, SIGKILL);
  int status = 0;
  while (waitpid(*pid, &status, 0) < 0 && errno == EINTR) continue;
  read_some(report.get(), result.report);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

}  // namespace wharf::plugin

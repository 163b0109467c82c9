#include "auth/django/session_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "auth/django/signed_value.h"

namespace wharf::auth::django {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> unreadable(const std::filesystem::path& directory, const char* why) {
  // Without the name of the file, which is the key of a session.
  return failure(fmt::format("a session in {} cannot be read: {}", directory.string(), why));
}

}  // namespace

Result<std::optional<SessionFile>> read_session_file(const std::filesystem::path& directory,
                                                     const std::string& cookie, const std::string& key) {
  const std::filesystem::path path = directory / (cookie + key);
  // Not waiting for a writer of what is a pipe.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno != ENOENT) return unreadable(directory, std::strerror(errno));
    if (std::filesystem::is_directory(directory)) return std::nullopt;
    return unreadable(directory, "there is no such directory");
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return unreadable(directory, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return unreadable(directory, "it is no plain file");
  SessionFile session{{}, status.st_mtim.tv_sec};
  std::array<char, 8192> piece;
  for (;;) {
    const ssize_t count = read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(directory, std::strerror(errno));
    if (count == 0) return session;
    session.content.append(piece.data(), static_cast<size_t>(count));
    if (session.content.size() > largest_session) return unreadable(directory, "it is too large");
  }
}

}  // namespace wharf::auth::django

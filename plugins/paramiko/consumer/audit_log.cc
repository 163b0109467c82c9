#include "consumer/audit_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "terminal/audit_line.h"

namespace wharf_paramiko {

namespace {

constexpr size_t most_waiting = 1 << 20;

bool same_file(int file, const std::string& path) {
  struct stat ours {};
  struct stat there {};
  return ::fstat(file, &ours) == 0 && ::stat(path.c_str(), &there) == 0 && ours.st_dev == there.st_dev &&
         ours.st_ino == there.st_ino;
}

}  // namespace

// The right to write. Given back by a job that has run, and by one that never will.
class AuditLog::Turn {
 public:
  explicit Turn(std::shared_ptr<AuditLog> log) : log_(std::move(log)) {}
  ~Turn() {
    if (ran_) return;
    const std::lock_guard lock(log_->mutex_);
    log_->busy_ = false;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  void run() {
    ran_ = true;
    news_ = log_->write_waiting();
  }
  const std::string& news() const { return news_; }

 private:
  std::shared_ptr<AuditLog> log_;
  bool ran_ = false;
  std::string news_;
};

AuditLog::~AuditLog() {
  static_cast<void>(write_waiting());
  if (file_ >= 0) ::close(file_);
}

void AuditLog::write(std::string_view line, const std::shared_ptr<HostLoop>& loop) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() < most_waiting) {
      waiting_.append(line).append("\n");
    } else {
      ++missing_;
    }
    if (std::exchange(busy_, true)) return;
  }
  const auto turn = std::make_shared<Turn>(shared_from_this());
  loop->in_pool([turn] { turn->run(); },
                [turn, loop] {
                  if (!turn->news().empty()) loop->host().log(WHARF_WARNING, 0, turn->news());
                });
}

// [pool] What there is to say about it in the server's log, or "".
std::string AuditLog::write_waiting() {
  while (true) {
    std::string lines;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) {
        busy_ = false;
        return {};
      }
      lines.swap(waiting_);
      if (missing_ > 0) {
        lines += terminal::audit_line("missing", std::chrono::system_clock::now(),
                                      {{"lines", static_cast<int64_t>(missing_)}});
        lines += "\n";
        missing_ = 0;
      }
    }
    const tl::expected<void, std::string> written = append(lines);
    if (written && std::exchange(failing_, false)) {
      const std::lock_guard lock(mutex_);
      busy_ = false;
      return fmt::format("audit lines are written to {} again", path_);
    }
    if (written) continue;
    const std::lock_guard lock(mutex_);
    waiting_.insert(0, lines);
    busy_ = false;
    if (std::exchange(failing_, true)) return {};
    return fmt::format("{}; audit lines wait, and are tried again with each that comes", written.error());
  }
}

tl::expected<void, std::string> AuditLog::failure(std::string_view doing) const {
  return tl::make_unexpected(fmt::format("cannot {} {}: {}", doing, path_, std::strerror(errno)));
}

tl::expected<void, std::string> AuditLog::open() {
  if (file_ >= 0 && same_file(file_, path_)) return {};
  if (file_ >= 0) ::close(file_);
  torn_ = false;
  file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  if (file_ < 0) return failure("open");
  struct stat what {};
  if (::fstat(file_, &what) == 0 && S_ISREG(what.st_mode)) return {};
  ::close(std::exchange(file_, -1));
  return tl::make_unexpected(path_ + " is no regular file");
}

// [pool] Takes out of `lines` what has been written.
tl::expected<void, std::string> AuditLog::append(std::string& lines) {
  if (tl::expected<void, std::string> opened = open(); !opened) return opened;
  const bool mends = torn_;
  if (mends) lines.insert(0, "\n");
  size_t written = 0;
  while (written < lines.size()) {
    const ssize_t some = ::write(file_, lines.data() + written, lines.size() - written);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) {
      tl::expected<void, std::string> failed = failure("write");
      if (written == 0) {
        lines.erase(0, mends ? 1 : 0);
      } else {
        const size_t whole = lines.rfind('\n', written - 1) + 1;
        torn_ = whole != written;
        lines.erase(0, whole);
      }
      return failed;
    }
    written += static_cast<size_t>(some);
  }
  torn_ = false;
  return {};
}

}  // namespace wharf_paramiko

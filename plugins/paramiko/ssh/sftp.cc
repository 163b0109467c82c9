#include "sftp.h"

#include <fmt/format.h>

#include <utility>

#include "sftp_task.h"

namespace wharf_paramiko::ssh {

namespace {

unsigned size_of(std::string_view text) { return static_cast<unsigned>(text.size()); }

}  // namespace

Transfer::~Transfer() { task_->cancel(); }
void Transfer::pause(bool paused) { task_->pause(paused); }
size_t Transfer::write(std::string_view bytes) { return task_->write(bytes); }
void Transfer::finish() { task_->finish(); }

Sftp::Sftp(Transport& transport, std::function<void(std::function<void()>)> later, std::function<void()> wake)
    : transport_(transport), later_(std::move(later)), wake_(std::move(wake)) {}

Sftp::~Sftp() {
  // Handles are freed by the server's answer or by the end of the connection.
  transport_.close();
  for (const std::shared_ptr<SftpTask>& task : tasks_) task->abandon();
  if (sftp_ != nullptr) libssh2_sftp_shutdown(sftp_);
}

void Sftp::add(std::shared_ptr<SftpTask> task) {
  tasks_.push_back(std::move(task));
  wake_();
}

void Sftp::list(std::string path, std::function<void(Result<Listing>)> done) {
  add(make_list_task(std::move(path), std::move(done)));
}

void Sftp::stat(std::string path, std::function<void(Result<FileAttributes>)> done) {
  stat_as(LIBSSH2_SFTP_STAT, std::move(path), std::move(done));
}

void Sftp::lstat(std::string path, std::function<void(Result<FileAttributes>)> done) {
  stat_as(LIBSSH2_SFTP_LSTAT, std::move(path), std::move(done));
}

void Sftp::stat_as(int type, std::string path, std::function<void(Result<FileAttributes>)> done) {
  auto raw = std::make_shared<LIBSSH2_SFTP_ATTRIBUTES>();
  std::string what = fmt::format("{} cannot be looked at", path);
  add(make_call_task(
      std::move(what),
      [type, path = std::move(path), raw](LIBSSH2_SFTP* sftp) {
        return libssh2_sftp_stat_ex(sftp, path.data(), size_of(path), type, raw.get());
      },
      [raw, done = std::move(done)](const Result<void>& result) {
        if (!result) return done(tl::make_unexpected(result.error()));
        done(attributes_of(*raw));
      }));
}

void Sftp::real_path(std::string path, std::function<void(Result<std::string>)> done) {
  auto found = std::make_shared<std::string>(4096, '\0');
  std::string what = fmt::format("{} cannot be found", path);
  add(make_call_task(
      std::move(what),
      [path = std::move(path), found](LIBSSH2_SFTP* sftp) {
        const int size = libssh2_sftp_symlink_ex(sftp, path.data(), size_of(path), found->data(),
                                                 size_of(*found), LIBSSH2_SFTP_REALPATH);
        if (size >= 0) found->resize(static_cast<size_t>(size));
        return size;
      },
      [found, done = std::move(done)](const Result<void>& result) {
        if (!result) return done(tl::make_unexpected(result.error()));
        done(*found);
      }));
}

void Sftp::make_directory(std::string path, Done done) {
  std::string what = fmt::format("{} cannot be made", path);
  add(make_call_task(
      std::move(what),
      [path = std::move(path)](LIBSSH2_SFTP* sftp) {
        return libssh2_sftp_mkdir_ex(sftp, path.data(), size_of(path), 0755);
      },
      std::move(done)));
}

void Sftp::remove_file(std::string path, Done done) {
  std::string what = fmt::format("{} cannot be removed", path);
  add(make_call_task(
      std::move(what),
      [path = std::move(path)](LIBSSH2_SFTP* sftp) {
        return libssh2_sftp_unlink_ex(sftp, path.data(), size_of(path));
      },
      std::move(done)));
}

void Sftp::remove_directory(std::string path, Done done) {
  std::string what = fmt::format("{} cannot be removed", path);
  add(make_call_task(
      std::move(what),
      [path = std::move(path)](LIBSSH2_SFTP* sftp) {
        return libssh2_sftp_rmdir_ex(sftp, path.data(), size_of(path));
      },
      std::move(done)));
}

void Sftp::rename(std::string from, std::string to, Done done) {
  std::string what = fmt::format("{} cannot be renamed to {}", from, to);
  add(make_call_task(
      std::move(what),
      [from = std::move(from), to = std::move(to)](LIBSSH2_SFTP* sftp) {
        return libssh2_sftp_rename_ex(sftp, from.data(), size_of(from), to.data(), size_of(to),
                                      LIBSSH2_SFTP_RENAME_ATOMIC | LIBSSH2_SFTP_RENAME_NATIVE);
      },
      std::move(done)));
}

std::unique_ptr<Transfer> Sftp::get(std::string path, uint64_t offset,
                                    std::function<void(std::string_view)> chunk, Done done,
                                    std::function<void()> opened) {
  add(make_get_task({std::move(path), offset, std::move(opened), std::move(done), later_, wake_},
                    std::move(chunk)));
  return std::make_unique<Transfer>(tasks_.back());
}

std::unique_ptr<Transfer> Sftp::put(std::string path, uint64_t offset, std::function<void()> room, Done done,
                                    std::function<void()> opened) {
  add(make_put_task({std::move(path), offset, std::move(opened), std::move(done), later_, wake_},
                    std::move(room)));
  return std::make_unique<Transfer>(tasks_.back());
}

// True when SFTP is there.
bool Sftp::start() {
  if (sftp_ != nullptr) return true;
  sftp_ = libssh2_sftp_init(transport_.raw());
  if (sftp_ != nullptr) return true;
  const int code = libssh2_session_last_errno(transport_.raw());
  if (code == LIBSSH2_ERROR_EAGAIN) return false;
  Error why = transport_.error(code, "starting SFTP");
  if (why.code == Code::Internal) {
    why = {Code::Refused,
           fmt::format("{} has no SFTP for this user: see `Subsystem sftp` in sshd_config there",
                       transport_.name())};
  }
  fail_all(why);
  return false;
}

void Sftp::fail_all(const Error& why) {
  for (const std::shared_ptr<SftpTask>& task : std::exchange(tasks_, {})) {
    task->refuse(why);
    end(task);
  }
}

// Until then its owner may still break it off.
void Sftp::end(std::shared_ptr<SftpTask> task) {
  later_([task = std::move(task)] {
    if (const std::function<void()> outcome = std::exchange(task->outcome, nullptr)) outcome();
  });
}

Sftp::Pumped Sftp::pump() {
  if (tasks_.empty()) return Pumped::Idle;
  if (!start()) return tasks_.empty() ? Pumped::Idle : Pumped::Waiting;
  // Each gets one piece in its turn. Those that wait for their owner are asked and passed over.
  for (size_t asked = tasks_.size(); asked > 0; --asked) {
    const std::shared_ptr<SftpTask> task = tasks_.front();
    const std::weak_ptr<char> alive = alive_;
    const SftpTask::Step step = task->step({transport_, sftp_});
    if (alive.expired()) return Pumped::Gone;
    if (step == SftpTask::Step::Again) return Pumped::Waiting;
    if (step == SftpTask::Step::Done) {
      tasks_.pop_front();
      end(task);
      return Pumped::More;
    }
    tasks_.splice(tasks_.end(), tasks_, tasks_.begin());
    if (step == SftpTask::Step::Progress) return Pumped::More;
  }
  return transport_.socket().pending() >= Socket::enough ? Pumped::Waiting : Pumped::Idle;
}

void Sftp::drain() {
  // It reads whatever there is, and changes nothing.
  if (sftp_ != nullptr) libssh2_channel_wait_eof(libssh2_sftp_get_channel(sftp_));
}

}  // namespace wharf_paramiko::ssh

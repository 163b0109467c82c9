#include "sftp_task.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace wharf_paramiko::ssh {

namespace {

std::string_view reason(unsigned long status) {
  switch (status) {
    case LIBSSH2_FX_NO_SUCH_FILE:
    case LIBSSH2_FX_NO_SUCH_PATH:
      return "there is nothing of that name";
    case LIBSSH2_FX_PERMISSION_DENIED:
      return "the user there may not";
    case LIBSSH2_FX_OP_UNSUPPORTED:
      return "the server cannot do that";
    case LIBSSH2_FX_FILE_ALREADY_EXISTS:
      return "there is one already";
    case LIBSSH2_FX_NO_SPACE_ON_FILESYSTEM:
      return "there is no room left";
    case LIBSSH2_FX_QUOTA_EXCEEDED:
      return "the user's quota is used up";
    case LIBSSH2_FX_DIR_NOT_EMPTY:
      return "it is not empty";
    case LIBSSH2_FX_NOT_A_DIRECTORY:
      return "it is no directory";
    default:
      return "the server says no, and not why";
  }
}

class CallTask : public SftpTask {
 public:
  CallTask(std::string what, std::function<int(LIBSSH2_SFTP*)> call, Sftp::Done done)
      : what_(std::move(what)), call_(std::move(call)), done_(std::move(done)) {}

  Step step(const SftpTools& tools) override {
    const int code = call_(tools.sftp);
    if (code == LIBSSH2_ERROR_EAGAIN) return Step::Again;
    if (code < 0) {
      refuse(sftp_error(tools, code, what_));
    } else {
      outcome = [done = done_] { done({}); };
    }
    return Step::Done;
  }
  void refuse(const Error& why) override {
    outcome = [done = done_, why] { done(tl::make_unexpected(why)); };
  }

 private:
  const std::string what_;
  const std::function<int(LIBSSH2_SFTP*)> call_;
  const Sftp::Done done_;
};

class ListTask : public SftpTask {
 public:
  ListTask(std::string path, std::function<void(Result<Listing>)> done)
      : path_(std::move(path)), done_(std::move(done)) {}

  Step step(const SftpTools& tools) override {
    switch (stage_) {
      case Stage::Open:
        return open(tools);
      case Stage::Read:
        return read(tools);
      case Stage::Close:
        break;
    }
    if (libssh2_sftp_close_handle(handle_) == LIBSSH2_ERROR_EAGAIN) return Step::Again;
    handle_ = nullptr;
    auto result = std::make_shared<Result<Listing>>(std::move(result_));
    outcome = [done = done_, result] { done(std::move(*result)); };
    return Step::Done;
  }
  void refuse(const Error& why) override {
    outcome = [done = done_, why] { done(tl::make_unexpected(why)); };
  }
  void abandon() override {
    if (handle_ != nullptr) libssh2_sftp_close_handle(handle_);
  }

 private:
  enum class Stage { Open, Read, Close };

  Step open(const SftpTools& tools) {
    handle_ = libssh2_sftp_open_ex(tools.sftp, path_.data(), static_cast<unsigned>(path_.size()), 0, 0,
                                   LIBSSH2_SFTP_OPENDIR);
    if (handle_ == nullptr) {
      const int code = libssh2_session_last_errno(tools.transport.raw());
      if (code == LIBSSH2_ERROR_EAGAIN) return Step::Again;
      refuse(sftp_error(tools, code, fmt::format("{} cannot be listed", path_)));
      return Step::Done;
    }
    stage_ = Stage::Read;
    return Step::Progress;
  }

  Step read(const SftpTools& tools) {
    std::array<char, 4096> name;
    LIBSSH2_SFTP_ATTRIBUTES attributes{};
    // As many as one packet brought.
    for (int i = 0; i < 100; ++i) {
      const int size = libssh2_sftp_readdir_ex(handle_, name.data(), name.size(), nullptr, 0, &attributes);
      if (size == LIBSSH2_ERROR_EAGAIN) return Step::Again;
      if (size < 0)
        result_ = tl::make_unexpected(sftp_error(tools, size, fmt::format("{} cannot be listed", path_)));
      if (result_) result_->complete = result_->entries.size() < Listing::most;
      if (size <= 0 || !result_->complete) {
        if (size == 0) result_->complete = true;
        stage_ = Stage::Close;
        break;
      }
      const std::string_view read(name.data(), static_cast<size_t>(size));
      if (read != "." && read != "..")
        result_->entries.push_back({std::string(read), attributes_of(attributes)});
    }
    return Step::Progress;
  }

  const std::string path_;
  const std::function<void(Result<Listing>)> done_;
  Stage stage_ = Stage::Open;
  LIBSSH2_SFTP_HANDLE* handle_ = nullptr;
  Result<Listing> result_;
};

}  // namespace

Error sftp_error(const SftpTools& tools, int code, std::string_view what) {
  if (code != LIBSSH2_ERROR_SFTP_PROTOCOL) return tools.transport.error(code, what);
  return {Code::Refused, fmt::format("{} on {}: {}", what, tools.transport.name(),
                                     reason(libssh2_sftp_last_error(tools.sftp)))};
}

FileAttributes attributes_of(const LIBSSH2_SFTP_ATTRIBUTES& raw) {
  FileAttributes result;
  if ((raw.flags & LIBSSH2_SFTP_ATTR_SIZE) != 0) result.size = raw.filesize;
  if ((raw.flags & LIBSSH2_SFTP_ATTR_ACMODTIME) != 0) result.modified = static_cast<int64_t>(raw.mtime);
  if ((raw.flags & LIBSSH2_SFTP_ATTR_PERMISSIONS) != 0) {
    result.mode = static_cast<uint32_t>(raw.permissions & 07777);
    switch (raw.permissions & LIBSSH2_SFTP_S_IFMT) {
      case LIBSSH2_SFTP_S_IFREG:
        result.kind = FileAttributes::Kind::File;
        break;
      case LIBSSH2_SFTP_S_IFDIR:
        result.kind = FileAttributes::Kind::Directory;
        break;
      case LIBSSH2_SFTP_S_IFLNK:
        result.kind = FileAttributes::Kind::Link;
        break;
      default:
        break;
    }
  }
  return result;
}

std::shared_ptr<SftpTask> make_call_task(std::string what, std::function<int(LIBSSH2_SFTP*)> call,
                                         Sftp::Done done) {
  return std::make_shared<CallTask>(std::move(what), std::move(call), std::move(done));
}

std::shared_ptr<SftpTask> make_list_task(std::string path, std::function<void(Result<Listing>)> done) {
  return std::make_shared<ListTask>(std::move(path), std::move(done));
}

}  // namespace wharf_paramiko::ssh

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "sftp_task.h"

namespace wharf_paramiko::ssh {

namespace {

constexpr size_t piece = 64 << 10;         // bytes of one step
constexpr size_t most_queued = 256 << 10;  // of an upload, before the caller has to wait

// Opens a file, moves pieces, closes it. Once a call into libssh2 is under way it has to be brought to its
// end, so pausing and breaking off wait for that.
class TransferTask : public SftpTask, public std::enable_shared_from_this<TransferTask> {
 public:
  explicit TransferTask(TransferPlan plan) : plan_(std::move(plan)) {}

  Step step(const SftpTools& tools) override {
    Step result = Step::Progress;
    switch (stage_) {
      case Stage::Open:
        result = open(tools);
        break;
      case Stage::Move:
        if (cancelled_ && !under_way_) {
          stage_ = Stage::Close;
        } else {
          result = move(tools);
        }
        break;
      case Stage::Close:
        result = close(tools);
        break;
    }
    under_way_ = result == Step::Again;
    return result;
  }
  void refuse(const Error& why) override {
    if (!cancelled_) outcome = [done = plan_.done, why] { done(tl::make_unexpected(why)); };
  }
  void abandon() override {
    if (handle_ != nullptr) libssh2_sftp_close_handle(handle_);
  }
  void cancel() override {
    cancelled_ = true;
    outcome = nullptr;
    plan_.wake();
  }

 protected:
  virtual unsigned long flags() const = 0;
  virtual std::string what() const = 0;  // for messages
  // One piece; stop() when that was the last.
  virtual Step move(const SftpTools& tools) = 0;

  // A result of libssh2's that is an error.
  Step stop(const SftpTools& tools, int code) {
    if (code < 0) result_ = tl::make_unexpected(sftp_error(tools, code, what()));
    stage_ = Stage::Close;
    return Step::Progress;
  }

  // Tells the owner, unless the transfer has been broken off by then.
  void tell(const std::function<void()>& what) {
    plan_.later([weak = weak_from_this(), what] {
      const std::shared_ptr<TransferTask> self = weak.lock();
      if (self != nullptr && !self->cancelled_) what();
    });
  }

  const TransferPlan plan_;
  LIBSSH2_SFTP_HANDLE* handle_ = nullptr;
  bool cancelled_ = false;
  bool under_way_ = false;

 private:
  enum class Stage { Open, Move, Close };

  Step open(const SftpTools& tools) {
    if (cancelled_ && !under_way_) return Step::Done;
    constexpr long mode = 0644;
    handle_ = libssh2_sftp_open_ex(tools.sftp, plan_.path.data(), static_cast<unsigned>(plan_.path.size()),
                                   flags(), mode, LIBSSH2_SFTP_OPENFILE);
    if (handle_ == nullptr) {
      const int code = libssh2_session_last_errno(tools.transport.raw());
      if (code == LIBSSH2_ERROR_EAGAIN) return Step::Again;
      refuse(sftp_error(tools, code, what()));
      return Step::Done;
    }
    if (plan_.offset > 0) libssh2_sftp_seek64(handle_, plan_.offset);
    stage_ = Stage::Move;
    if (plan_.opened) tell(plan_.opened);
    return Step::Progress;
  }

  Step close(const SftpTools& tools) {
    const int code = libssh2_sftp_close_handle(handle_);
    if (code == LIBSSH2_ERROR_EAGAIN) return Step::Again;
    handle_ = nullptr;
    if (code < 0 && result_) result_ = tl::make_unexpected(sftp_error(tools, code, what()));
    if (!cancelled_) outcome = [done = plan_.done, result = result_] { done(result); };
    return Step::Done;
  }

  Stage stage_ = Stage::Open;
  Result<void> result_;
};

class GetTask : public TransferTask {
 public:
  GetTask(TransferPlan plan, std::function<void(std::string_view)> chunk)
      : TransferTask(std::move(plan)), chunk_(std::move(chunk)), buffer_(piece) {}

  void pause(bool paused) override {
    paused_ = paused;
    if (!paused) plan_.wake();
  }

 private:
  unsigned long flags() const override { return LIBSSH2_FXF_READ; }
  std::string what() const override { return fmt::format("{} cannot be read", plan_.path); }

  Step move(const SftpTools& tools) override {
    if (held_ == 0) {
      if (paused_ && !under_way_) return Step::Idle;
      const ssize_t size = libssh2_sftp_read(handle_, buffer_.data(), buffer_.size());
      if (size == LIBSSH2_ERROR_EAGAIN) return Step::Again;
      if (size <= 0) return stop(tools, static_cast<int>(size));
      held_ = static_cast<size_t>(size);
    }
    if (cancelled_) return Step::Progress;
    if (paused_) return Step::Idle;
    under_way_ = false;
    const std::function<void(std::string_view)> chunk = chunk_;
    chunk({buffer_.data(), std::exchange(held_, 0)});
    return Step::Progress;
  }

  const std::function<void(std::string_view)> chunk_;
  std::vector<char> buffer_;
  size_t held_ = 0;  // of the buffer, not yet given out
  bool paused_ = false;
};

class PutTask : public TransferTask {
 public:
  PutTask(TransferPlan plan, std::function<void()> room)
      : TransferTask(std::move(plan)), room_(std::move(room)) {}

  size_t write(std::string_view bytes) override {
    const size_t taken = std::min(bytes.size(), most_queued - std::min(most_queued, queue_.size()));
    queue_.append(bytes.substr(0, taken));
    left_some_ = left_some_ || taken < bytes.size();
    plan_.wake();
    return taken;
  }
  void finish() override {
    finished_ = true;
    plan_.wake();
  }

 private:
  unsigned long flags() const override {
    const unsigned long fresh = plan_.offset == 0 ? LIBSSH2_FXF_TRUNC : 0;
    return LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | fresh;
  }
  std::string what() const override { return fmt::format("{} cannot be written", plan_.path); }

  Step move(const SftpTools& tools) override {
    if (queue_.empty()) return finished_ ? stop(tools, 0) : Step::Idle;
    if (!under_way_) {
      if (tools.transport.socket().pending() >= Socket::enough) return Step::Idle;
      // libssh2 remembers how much of it has been sent, and wants to see all that has not been acknowledged.
      offered_ = std::min(queue_.size(), std::max(offered_, 2 * piece));
    }
    const ssize_t size = libssh2_sftp_write(handle_, queue_.view().data(), offered_);
    if (size == LIBSSH2_ERROR_EAGAIN) return Step::Again;
    if (size < 0) return stop(tools, static_cast<int>(size));
    queue_.pop(static_cast<size_t>(size));
    offered_ -= static_cast<size_t>(size);
    if (left_some_ && queue_.size() <= most_queued / 2) {
      left_some_ = false;
      tell(room_);
    }
    return Step::Progress;
  }

  const std::function<void()> room_;
  ByteQueue queue_;
  size_t offered_ = 0;  // to libssh2, of the queue
  bool left_some_ = false;
  bool finished_ = false;
};

}  // namespace

std::shared_ptr<SftpTask> make_get_task(TransferPlan plan, std::function<void(std::string_view)> chunk) {
  return std::make_shared<GetTask>(std::move(plan), std::move(chunk));
}

std::shared_ptr<SftpTask> make_put_task(TransferPlan plan, std::function<void()> room) {
  return std::make_shared<PutTask>(std::move(plan), std::move(room));
}

}  // namespace wharf_paramiko::ssh

// The single operations of SFTP, each a state machine around calls that may have to be repeated.
#pragma once

#include <libssh2_sftp.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "byte_queue.h"
#include "sftp.h"
#include "transport.h"

namespace wharf_paramiko::ssh {

// What an operation needs of the Sftp it belongs to.
struct SftpTools {
  Transport& transport;
  LIBSSH2_SFTP* sftp;
};

// [worker]
class SftpTask {
 public:
  using Later = std::function<void(std::function<void()>)>;
  enum class Step {
    Idle,      // waits for its owner
    Again,     // a call into libssh2 is under way: nothing else may begin
    Progress,  // a piece is done
    Done,      // `outcome` is to be run
  };

  SftpTask() = default;
  SftpTask(const SftpTask&) = delete;
  SftpTask& operator=(const SftpTask&) = delete;
  virtual ~SftpTask() = default;

  // May call back at its end, and does nothing after that.
  virtual Step step(const SftpTools& tools) = 0;
  // There is no SFTP here: sets `outcome`.
  virtual void refuse(const Error& why) = 0;
  // The socket is dead: gives back what libssh2 holds for it.
  virtual void abandon() {}

  // For transfers, by their owner.
  virtual void cancel() {}
  virtual void pause(bool) {}
  virtual size_t write(std::string_view bytes) { return bytes.size(); }
  virtual void finish() {}

  std::function<void()> outcome;  // tells the owner; empty when it does not want to know
};

// E_REFUSED for what the server says about `what` (`/etc/shadow cannot be read`).
Error sftp_error(const SftpTools& tools, int code, std::string_view what);
FileAttributes attributes_of(const LIBSSH2_SFTP_ATTRIBUTES& raw);

// One call, and `done` with its error or without.
std::shared_ptr<SftpTask> make_call_task(std::string what, std::function<int(LIBSSH2_SFTP*)> call,
                                         Sftp::Done done);
std::shared_ptr<SftpTask> make_list_task(std::string path, std::function<void(Result<Listing>)> done);

struct TransferPlan {
  std::string path;
  uint64_t offset;
  std::function<void()> opened;  // may be empty
  Sftp::Done done;
  SftpTask::Later later;
  std::function<void()> wake;
};
std::shared_ptr<SftpTask> make_get_task(TransferPlan plan, std::function<void(std::string_view)> chunk);
std::shared_ptr<SftpTask> make_put_task(TransferPlan plan, std::function<void()> room);

}  // namespace wharf_paramiko::ssh

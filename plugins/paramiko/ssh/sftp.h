// Files over the session of a terminal, without getting in its way: one piece of at most 64 KiB, then
// whatever else the worker has to do, then the next.
//
// Paths are the server's; relative ones begin at the user's home directory there. The server's rights decide,
// and a restriction to a part of its files is for the caller to make.
#pragma once

#include <libssh2_sftp.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"
#include "transport.h"

namespace wharf_paramiko::ssh {

class SftpTask;

struct FileAttributes {
  enum class Kind { File, Directory, Link, Other };
  Kind kind = Kind::Other;
  uint64_t size = 0;     // bytes
  uint32_t mode = 0;     // permissions, as in chmod
  int64_t modified = 0;  // seconds since 1970
};

struct DirectoryEntry {
  std::string name;  // bytes, as the server has them
  FileAttributes attributes;
};

struct Listing {
  static constexpr size_t most = 10'000;
  std::vector<DirectoryEntry> entries;  // without `.` and `..`, in no order
  bool complete = true;                 // false: there are more than `most`
};

// [worker] One file on its way. Destroying it breaks the transfer off, and no callback follows. It may
// outlive the session, and does nothing then.
class Transfer {
 public:
  explicit Transfer(std::shared_ptr<SftpTask> task) : task_(std::move(task)) {}
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Of a download: no `chunk` while it is paused.
  void pause(bool paused);
  // Of an upload: how much was taken. If that is not all, its `room` follows.
  size_t write(std::string_view bytes);
  // Of an upload: that was all. `done` follows when the server has it.
  void finish();

 private:
  const std::shared_ptr<SftpTask> task_;
};

// [worker] Every callback is called on the worker and may destroy the session. When the session fails, no
// callback follows: Events::failed() stands for them all.
class Sftp {
 public:
  using Done = std::function<void(Result<void>)>;

  // `later` runs a task on the worker unless the session is gone by then, `wake` has pump() called soon.
  Sftp(Transport& transport, std::function<void(std::function<void()>)> later, std::function<void()> wake);
  ~Sftp();
  Sftp(const Sftp&) = delete;
  Sftp& operator=(const Sftp&) = delete;

  void list(std::string path, std::function<void(Result<Listing>)> done);
  // Follows links.
  void stat(std::string path, std::function<void(Result<FileAttributes>)> done);
  // Tells of a link itself.
  void lstat(std::string path, std::function<void(Result<FileAttributes>)> done);
  // The absolute path without links; `.` is the home directory.
  void real_path(std::string path, std::function<void(Result<std::string>)> done);
  void make_directory(std::string path, Done done);
  void remove_file(std::string path, Done done);
  void remove_directory(std::string path, Done done);  // an empty one
  void rename(std::string from, std::string to, Done done);

  // From `offset` on. A chunk is a view that ends when the callback returns. `opened`, which may be empty,
  // says that the server lets the file be read.
  std::unique_ptr<Transfer> get(std::string path, uint64_t offset,
                                std::function<void(std::string_view)> chunk, Done done,
                                std::function<void()> opened = {});
  // A new file, or one whose content is replaced; with an offset, what is there stays, and writing begins
  // there.
  std::unique_ptr<Transfer> put(std::string path, uint64_t offset, std::function<void()> room, Done done,
                                std::function<void()> opened = {});

  enum class Pumped {
    Idle,     // nothing to do
    Waiting,  // for the socket
    More,     // call again, after what is more urgent
    Gone,     // this object has been destroyed by a callback
  };
  // For the session alone: one piece of work.
  Pumped pump();
  // For the session alone: takes what the server says unasked, while there is nothing to do.
  void drain();

 private:
  bool start();
  void stat_as(int type, std::string path, std::function<void(Result<FileAttributes>)> done);
  void end(std::shared_ptr<SftpTask> task);
  void add(std::shared_ptr<SftpTask> task);
  void fail_all(const Error& why);

  Transport& transport_;
  const std::function<void(std::function<void()>)> later_;
  const std::function<void()> wake_;
  LIBSSH2_SFTP* sftp_ = nullptr;
  // The first is the one whose call into libssh2 is under way, if there is one.
  std::list<std::shared_ptr<SftpTask>> tasks_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace wharf_paramiko::ssh

// The file that audit lines are appended to. Workers leave lines here; one job of the pool at a time writes
// all that wait, at the end of the file with one call, so files of several routes may be the same.
//
// The file is looked up before each job writes: when logrotate has moved it away, the next line begins
// another. What cannot be written waits for the next line and is tried again with it. The first failure is a
// warning in the server's log, and so is the end of it; beyond 1 MiB lines are counted and dropped, and then
// a line says how many.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "consumer/host_loop.h"

namespace wharf_paramiko {

class AuditLog : public std::enable_shared_from_this<AuditLog> {
 public:
  // `path` is absolute. The file is made when it is not there, for its owner alone.
  explicit AuditLog(std::string path) : path_(std::move(path)) {}
  // Writes what waits: the pool takes no jobs any more when the server stops.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // [loader] Whether it can be written; the error names the file and the reason.
  tl::expected<void, std::string> open();
  // [worker] of `loop`, whose pool writes. `line` has no line break.
  void write(std::string_view line, const std::shared_ptr<HostLoop>& loop);

 private:
  class Turn;

  std::string write_waiting();
  tl::expected<void, std::string> append(std::string& lines);
  tl::expected<void, std::string> failure(std::string_view doing) const;

  const std::string path_;
  std::mutex mutex_;     // of these
  std::string waiting_;  // whole lines
  uint64_t missing_ = 0;
  bool busy_ = false;

  // The job's.
  int file_ = -1;
  bool torn_ = false;     // the file ends in the middle of a line
  bool failing_ = false;  // and somebody has been told
};

}  // namespace wharf_paramiko

// Tells the log once of each thing that goes wrong, until all is well again, which it tells, too.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "telemetry/log.h"

namespace wharf::auth::inquiry {

// [any-thread]
class Complaint {
 public:
  // `consequence` ends the message: what becomes of visitors meanwhile. `recovered`: that all is well again.
  Complaint(std::shared_ptr<telemetry::Log> log, std::string consequence, std::string recovered)
      : log_(std::move(log)), consequence_(std::move(consequence)), recovered_(std::move(recovered)) {}

  void failed(const std::string& why) {
    std::lock_guard lock(mutex_);
    if (told_.size() == most || !told_.insert(why).second) return;
    log_->warn("{}: {}", why, consequence_);
  }
  void worked() {
    std::lock_guard lock(mutex_);
    if (told_.empty()) return;
    told_.clear();
    log_->info(recovered_);
  }

 private:
  static constexpr size_t most = 10;

  std::shared_ptr<telemetry::Log> log_;
  std::string consequence_;
  std::string recovered_;
  std::mutex mutex_;
  std::set<std::string> told_;  // since all was well
};

}  // namespace wharf::auth::inquiry

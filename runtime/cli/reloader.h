// Takes up changes while the server runs: loads what is on disk, tries it, and swaps it in; or says why not,
// and everything stays as it is.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "cli/changes.h"
#include "config/problem.h"
#include "plugin/loader.h"
#include "server/deployment.h"
#include "server/server.h"
#include "telemetry/log.h"

namespace wharf::cli {

// For people.
double milliseconds(std::chrono::nanoseconds time);

// [loader]
class Reloader {
 public:
  // All outlive it. `served` is what `server` began with.
  Reloader(std::filesystem::path file, plugin::Loader& loader, server::Server& server,
           server::Deployment served, telemetry::Log& log);

  struct Outcome {
    Changes changes;
    config::Problems problems;                  // not empty: nothing was taken up
    config::Problems warnings;                  // of what is on disk, if there is no problem
    std::chrono::nanoseconds longest_pause{0};  // for which the sockets of a worker had to wait at a time
  };
  // Each outcome is in the log as well, a refusal or a warning once until something else is found.
  Outcome reload();
  // What reload() would do, as far as it can be known without doing it.
  Outcome dry_run();

  // What the files said when they were last right, taken up or not: a change is to be noticed at their
  // places.
  const config::Config& read() const { return *read_; }

 private:
  // What is on disk; nothing, and `outcome` says why.
  std::optional<server::Deployment> load(Outcome& outcome);
  void take_up(server::Deployment candidate, Outcome& outcome);
  void tell(const Outcome& outcome);

  std::filesystem::path file_;
  plugin::Loader& loader_;
  server::Server& server_;
  server::Deployment served_;
  std::shared_ptr<const config::Config> read_;
  telemetry::Log& log_;
  std::string last_refusal_;
  std::string last_warnings_;
};

}  // namespace wharf::cli

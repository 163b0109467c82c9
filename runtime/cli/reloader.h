// Takes up changes while the server runs: loads what is on disk, tries it, and swaps it in; or says why not,
// and everything stays as it is.
#pragma once

#include <filesystem>
#include <memory>

#include "cli/changes.h"
#include "config/problem.h"
#include "plugin/loader.h"
#include "server/deployment.h"
#include "server/server.h"
#include "telemetry/log.h"

namespace wharf::cli {

// [loader]
class Reloader {
 public:
  // All outlive it. `served` is what `server` began with.
  Reloader(std::filesystem::path file, plugin::Loader& loader, server::Server& server,
           server::Deployment served, telemetry::Log& log);

  struct Outcome {
    Changes changes;
    config::Problems problems;  // not empty: nothing was taken up
  };
  // Each outcome is in the log as well, a refusal once until something else is found.
  Outcome reload();
  // What reload() would do, as far as it can be known without doing it.
  Outcome dry_run();

  const server::Deployment& served() const { return served_; }

 private:
  void tell(const Outcome& outcome);

  std::filesystem::path file_;
  plugin::Loader& loader_;
  server::Server& server_;
  server::Deployment served_;
  telemetry::Log& log_;
  std::string last_refusal_;
};

}  // namespace wharf::cli

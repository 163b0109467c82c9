#include "cli/reloader.h"

#include <utility>

#include "cli/load_routes.h"
#include "cli/log_level.h"

namespace wharf::cli {

Reloader::Reloader(std::filesystem::path file, plugin::Loader& loader, server::Server& server,
                   server::Deployment served, telemetry::Log& log)
    : file_(std::move(file)), loader_(loader), server_(server), served_(std::move(served)), log_(log) {}

Reloader::Outcome Reloader::dry_run() {
  tl::expected<server::Deployment, config::Problems> candidate = load_routes(file_, loader_);
  if (!candidate) return {{}, std::move(candidate.error())};
  return {compare(served_, *candidate, server_.status()), {}};
}

Reloader::Outcome Reloader::reload() {
  Outcome outcome;
  tl::expected<server::Deployment, config::Problems> candidate = load_routes(file_, loader_);
  if (!candidate) {
    outcome.problems = std::move(candidate.error());
  } else {
    outcome.changes = compare(served_, *candidate, server_.status());
    if (!outcome.changes.taken.empty()) outcome.problems = server_.install(*candidate);
    if (outcome.problems.empty()) {
      log_.set_level(level_of(candidate->config->log));
      if (!outcome.changes.taken.empty()) served_ = std::move(*candidate);
    }
  }
  tell(outcome);
  return outcome;
}

void Reloader::tell(const Outcome& outcome) {
  std::string refusal;
  for (const config::Problem& problem : outcome.problems) refusal += problem.text() + "\n";
  // A file that is written slowly is refused many times for one reason.
  if (!refusal.empty() && refusal != last_refusal_) {
    for (const config::Problem& problem : outcome.problems) log_.error("not taken up: {}", problem.text());
  }
  last_refusal_ = std::move(refusal);
  if (!outcome.problems.empty()) return;
  for (const std::string& line : outcome.changes.taken) log_.info("taken up: {}", line);
  for (const std::string& key : outcome.changes.later) {
    log_.warn("`{}` has changed: that is taken up at the next start", key);
  }
}

}  // namespace wharf::cli

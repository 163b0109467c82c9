#include "cli/reloader.h"

#include <utility>

#include "cli/load_routes.h"
#include "cli/log_level.h"

namespace wharf::cli {

namespace {

std::string text_of(const config::Problems& problems) {
  std::string text;
  for (const config::Problem& problem : problems) text += problem.text() + "\n";
  return text;
}

}  // namespace

Reloader::Reloader(std::filesystem::path file, plugin::Loader& loader, server::Server& server,
                   server::Deployment served, telemetry::Log& log)
    : file_(std::move(file)),
      loader_(loader),
      server_(server),
      served_(std::move(served)),
      read_(served_.config),
      log_(log),
      last_warnings_(text_of(served_.config->warnings)) {}

Reloader::Outcome Reloader::dry_run() {
  Outcome outcome;
  if (const std::optional<server::Deployment> candidate = load(outcome)) {
    outcome.changes = compare(served_, *candidate, server_.status());
  }
  loader_.forget_unused();
  return outcome;
}

Reloader::Outcome Reloader::reload() {
  Outcome outcome;
  if (std::optional<server::Deployment> candidate = load(outcome)) {
    outcome.changes = compare(served_, *candidate, server_.status());
    if (!outcome.changes.taken.empty()) take_up(std::move(*candidate), outcome);
  }
  loader_.forget_unused();
  tell(outcome);
  return outcome;
}

std::optional<server::Deployment> Reloader::load(Outcome& outcome) {
  tl::expected<server::Deployment, config::Problems> candidate = load_routes(file_, loader_, &read_);
  if (candidate) {
    outcome.warnings = candidate->config->warnings;
    return std::move(*candidate);
  }
  outcome.problems = std::move(candidate.error());
  return std::nullopt;
}

void Reloader::take_up(server::Deployment candidate, Outcome& outcome) {
  const tl::expected<server::Server::Installed, config::Problems> installed = server_.install(candidate);
  if (!installed) {
    outcome.problems = installed.error();
    return;
  }
  outcome.longest_pause = installed->longest_pause;
  served_ = std::move(candidate);
  log_.set_level(level_of(served_.config->log));
}

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

void Reloader::tell(const Outcome& outcome) {
  std::string refusal = text_of(outcome.problems);
  // A file that is written slowly is refused many times for one reason.
  if (!refusal.empty() && refusal != last_refusal_) {
    for (const config::Problem& problem : outcome.problems) log_.error("not taken up: {}", problem.text());
  }
  last_refusal_ = std::move(refusal);
  if (!outcome.problems.empty()) return;
  std::string warnings = text_of(outcome.warnings);
  if (warnings != last_warnings_) {
    for (const config::Problem& warning : outcome.warnings) log_.warn("{}", warning.text());
  }
  last_warnings_ = std::move(warnings);
  for (const std::string& line : outcome.changes.taken) log_.info("taken up: {}", line);
  if (!outcome.changes.taken.empty()) {
    log_.info("no socket waited for longer than {:.3f} ms meanwhile", milliseconds(outcome.longest_pause));
  }
  for (const std::string& key : outcome.changes.later) {
    log_.warn("`{}` has changed: that is taken up at the next start", key);
  }
}

}  // namespace wharf::cli

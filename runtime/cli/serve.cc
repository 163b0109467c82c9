#include "cli/serve.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "cli/load_routes.h"
#include "cli/route_table.h"
#include "cli/stop_signal.h"
#include "server/server.h"
#include "server/systemd.h"

namespace wharf::cli {

namespace {

// Each socket is a descriptor; libwebsockets keeps a table of 8 bytes per possible one and worker, so "as
// many as there can be" has an end.
void raise_descriptor_limit() {
  constexpr rlim_t most = 1 << 20;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, most);
  setrlimit(RLIMIT_NOFILE, &limit);
}

spdlog::level::level_enum level_of(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::Debug:
      return spdlog::level::debug;
    case config::LogLevel::Warning:
      return spdlog::level::warn;
    case config::LogLevel::Error:
      return spdlog::level::err;
    case config::LogLevel::Info:
      break;
  }
  return spdlog::level::info;
}

std::string size(uint64_t bytes) {
  if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) return fmt::format("{} MiB", bytes >> 20);
  if (bytes >= 1 << 10 && bytes % (1 << 10) == 0) return fmt::format("{} KiB", bytes >> 10);
  return fmt::format("{} B", bytes);
}

std::string time(config::Duration duration) {
  if (duration.count() == 0) return "off";
  if (duration.count() % 1000 == 0) return fmt::format("{} s", duration.count() / 1000);
  return fmt::format("{} ms", duration.count());
}

// The bounds that hold unless a route says otherwise.
std::string describe_limits(const config::Config& config) {
  const config::Limits& limits = config.limits;
  return fmt::format("  {} workers; message {}, outbox {}, handshake {}, ping {}, idle {}\n", config.workers,
                     size(limits.message), size(limits.outbox), time(config.gate.handshake),
                     time(limits.ping), time(limits.idle));
}

}  // namespace

int serve(const std::filesystem::path& routes_file) {
  StopSignal stop;
  raise_descriptor_limit();
  std::shared_ptr<telemetry::Log> log = telemetry::make_log(spdlog::level::info);
  tl::expected<LoadedRoutes, config::Problems> routes = load_routes(routes_file, log);
  if (!routes) {
    print(routes.error());
    return 1;
  }
  const server::Deployment& deployment = routes->deployment;
  log->set_level(level_of(deployment.config->log));

  tl::expected<std::unique_ptr<server::Server>, config::Problems> server =
      server::Server::start(deployment, log);
  if (!server) {
    print(server.error());
    return 1;
  }
  for (const std::string& url : (*server)->urls()) fmt::print("wharf {} serving {}\n", WHARF_VERSION, url);
  fmt::print("{}{}", describe(deployment), describe_limits(*deployment.config));
  std::fflush(stdout);
  server::tell_ready();

  stop.wait();
  server::tell_stopping();
  stop.restore();
  log->info("stopping: closing every connection with 1001");
  server->reset();
  log->info("stopped");
  return 0;
}

}  // namespace wharf::cli

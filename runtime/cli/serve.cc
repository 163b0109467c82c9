#include "cli/serve.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <system_error>

#include "cli/admin.h"
#include "cli/admin_answers.h"
#include "cli/file_watch.h"
#include "cli/load_routes.h"
#include "cli/log_level.h"
#include "cli/main_loop.h"
#include "cli/reloader.h"
#include "cli/route_table.h"
#include "cli/signals.h"
#include "config/tls_identity.h"
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

// Certificates and keys; of those that are links, what they lead to as well.
std::vector<std::filesystem::path> identity_files(const config::Config& config) {
  std::vector<std::filesystem::path> files;
  for (const config::ListenAddress& address : config.listen) {
    if (address.tls == nullptr) continue;
    for (const std::filesystem::path& file : {address.tls->certificate, address.tls->key}) {
      std::error_code ignored;
      files.push_back(file);
      files.push_back(std::filesystem::weakly_canonical(file, ignored));
    }
  }
  return files;
}

// Where a change concerns the server, and the names of the files that it concerns there.
void watch_files(FileWatch& watch, const std::filesystem::path& routes_file, const config::Config& config) {
  std::vector<std::filesystem::path> directories{config.file.parent_path()};
  std::vector<std::string> patterns;
  for (const config::DropInPlace& place : config.drop_in_places) {
    directories.push_back(place.directory);
    patterns.push_back(place.name);
  }
  directories.insert(directories.end(), config.plugin_path.begin(), config.plugin_path.end());
  std::set<std::string> names{routes_file.filename().string()};
  for (const std::filesystem::path& file : identity_files(config)) {
    directories.push_back(file.parent_path());
    names.insert(file.filename().string());
  }
  watch.watch(std::move(directories), [names, patterns](const std::string& name) {
    const auto matches = [&name](const std::string& pattern) {
      return fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
    };
    return names.contains(name) || name.ends_with(".so") ||
           std::any_of(patterns.begin(), patterns.end(), matches);
  });
}

}  // namespace

int serve(const std::filesystem::path& routes_file) {
  raise_descriptor_limit();
  std::shared_ptr<telemetry::Log> log = telemetry::make_log(spdlog::level::info);
  // What happens from here on is seen once the loop runs, however early it comes.
  MainLoop loop;
  std::unique_ptr<Reloader> reloader;
  std::unique_ptr<FileWatch> files;
  const auto reload = [&] {
    Reloader::Outcome outcome = reloader->reload();
    watch_files(*files, routes_file, reloader->read());
    return outcome;
  };
  Signals signals(
      loop.get(), [&loop] { loop.stop(); }, reload);
  files = std::make_unique<FileWatch>(loop.get(), reload);

  plugin::Loader loader({}, log);
  tl::expected<server::Deployment, config::Problems> deployment = load_routes(routes_file, loader);
  if (!deployment) {
    print(deployment.error());
    return 1;
  }
  watch_files(*files, routes_file, *deployment->config);
  log->set_level(level_of(deployment->config->log));
  for (const config::Problem& warning : deployment->config->warnings) log->warn("{}", warning.text());

  tl::expected<std::unique_ptr<server::Server>, config::Problems> server =
      server::Server::start(*deployment, log);
  if (!server) {
    print(server.error());
    return 1;
  }
  reloader = std::make_unique<Reloader>(routes_file, loader, **server, *deployment, *log);
  std::unique_ptr<Admin> admin;
  if (deployment->config->admin) {
    auto listening =
        Admin::listen(loop.get(), *deployment->config->admin, admin_answers(**server, *reloader, reload));
    if (!listening) {
      print(listening.error());
      return 1;
    }
    admin = std::move(*listening);
  }
  for (const std::string& url : (*server)->urls()) fmt::print("wharf {} serving {}\n", WHARF_VERSION, url);
  fmt::print("{}{}", describe(*deployment), describe_limits(*deployment->config));
  std::fflush(stdout);

  server::tell_ready();
  loop.run();
  server::tell_stopping();
  signals.restore();
  log->info("stopping: closing every connection with 1001");
  server->reset();
  log->info("stopped");
  return 0;
}

}  // namespace wharf::cli

// A server: its workers, its channel layer, its listening sockets. Several may live in one process.
#pragma once

#include <tl/expected.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "auth/authenticator.h"
#include "config/config.h"
#include "config/problem.h"
#include "layer/replaceable_layer.h"
#include "server/deployment.h"
#include "server/listener.h"
#include "server/worker.h"
#include "telemetry/log.h"

namespace wharf::server {

// All functions are [loader].
class Server : private layer::Sink {
 public:
  // Binds every address, starts the workers, creates every instance; then accepts. All problems or a server.
  static tl::expected<std::unique_ptr<Server>, config::Problems> start(const Deployment& deployment,
                                                                       std::shared_ptr<telemetry::Log> log);
  // Closes every connection with 1001 and waits until the last disconnect callback has returned.
  ~Server() override;

  // Serves `deployment`: makes the instances that are new on every worker, then swaps the tables; or answers
  // with the problems, and nothing has changed. What becomes of open connections is in succession.h; it has
  // become of them when this returns. What only a start can take up (addresses, workers) stays as it is.
  struct Installed {
    std::chrono::nanoseconds longest_pause;  // for which a worker's sockets had to wait at a time
  };
  tl::expected<Installed, config::Problems> install(const Deployment& deployment);

  Status status();
  const layer::Layer& channel_layer() const { return *layer_; }

  // Where it can be reached.
  std::vector<std::string> urls() const;

 private:
  Server(std::shared_ptr<telemetry::Log> log, const config::Config& config);

  bool to_group(layer::WorkerIndex worker, std::string_view group, const layer::EventPtr& event) override;
  bool to_connection(wharf_connection connection, const layer::EventPtr& event) override;

  std::shared_ptr<telemetry::Log> log_;
  std::atomic<bool> stopped_{false};
  std::unique_ptr<layer::ReplaceableLayer> layer_;
  std::atomic<uint64_t> connections_{0};
  Workers workers_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::shared_ptr<const auth::Shared> identities_;
  std::vector<config::AuthMethod> identified_by_;  // what these were made for
  std::shared_ptr<const TlsContexts> tls_;
};

}  // namespace wharf::server

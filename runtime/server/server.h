// A server: its workers, its channel layer, its listening sockets. Several may live in one process.
#pragma once

#include <tl/expected.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "config/problem.h"
#include "layer/layer.h"
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

  // Where it can be reached.
  std::vector<std::string> urls() const;

 private:
  Server(std::shared_ptr<telemetry::Log> log, const config::Config& config);

  // Makes the instances on every worker, then swaps them in; or nothing.
  config::Problems install(const Deployment& deployment);

  bool to_group(layer::WorkerIndex worker, std::string_view group, const layer::EventPtr& event) override;
  bool to_connection(wharf_connection connection, const layer::EventPtr& event) override;

  std::shared_ptr<telemetry::Log> log_;
  std::atomic<bool> stopped_{false};
  std::unique_ptr<layer::Layer> layer_;
  std::atomic<uint64_t> connections_{0};
  Workers workers_;
  std::vector<std::unique_ptr<Listener>> listeners_;
};

}  // namespace wharf::server

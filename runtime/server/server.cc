#include "server/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

#include "config/same.h"

namespace wharf::server {

Server::Server(std::shared_ptr<telemetry::Log> log, const config::Config& config)
    : log_(std::move(log)),
      layer_(std::make_unique<layer::ReplaceableLayer>(config.channel_layer, static_cast<layer::Sink&>(*this),
                                                       config.workers, log_)) {}

tl::expected<std::unique_ptr<Server>, config::Problems> Server::start(const Deployment& deployment,
                                                                      std::shared_ptr<telemetry::Log> log) {
  const config::Config& config = *deployment.config;
  tl::expected<std::vector<std::unique_ptr<Listener>>, config::Problems> listeners =
      Listener::bind_all(config.listen, config.workers);
  if (!listeners) return tl::make_unexpected(std::move(listeners.error()));

  std::unique_ptr<Server> server(new Server(std::move(log), config));
  server->listeners_ = std::move(*listeners);
  Worker::Shared shared{server->log_, *server->layer_, server->workers_, server->connections_};
  for (unsigned i = 0; i < config.workers; ++i) {
    Result<std::unique_ptr<Worker>> worker = Worker::create(i, shared, config);
    if (!worker) {
      config::Problems problems;
      problems.push_back({{}, worker.error().text, {}});
      return tl::make_unexpected(std::move(problems));
    }
    server->workers_.push_back(std::move(*worker));
  }
  for (const std::unique_ptr<Worker>& worker : server->workers_) worker->start();
  if (auto installed = server->install(deployment); !installed) {
    return tl::make_unexpected(std::move(installed.error()));
  }
  for (const std::unique_ptr<Listener>& listener : server->listeners_) {
    for (unsigned i = 0; i < config.workers; ++i) {
      server->workers_[i]->listen(listener->address(), listener->take(i));
    }
  }
  return server;
}

tl::expected<Server::Installed, config::Problems> Server::install(const Deployment& deployment) {
  std::chrono::nanoseconds longest{0};
  std::vector<std::shared_ptr<const Serving>> prepared;
  // What is known, and the connections that it is known from, stay while the methods do.
  std::shared_ptr<const auth::Shared> identities = identities_;
  if (identities == nullptr || !config::same(identified_by_, deployment.config->auth)) {
    identities = std::make_shared<auth::Shared>(deployment.config->auth, log_);
  }
  tl::expected<std::shared_ptr<const TlsContexts>, config::Problem> tls =
      TlsContexts::make(deployment.config->listen, tls_.get());
  if (!tls) return tl::make_unexpected(config::Problems{std::move(tls.error())});
  for (const std::unique_ptr<Worker>& worker : workers_) {
    tl::expected<Worker::Prepared, config::Problem> made = worker->prepare(deployment, *identities, *tls);
    if (!made) {
      for (size_t i = 0; i < prepared.size(); ++i) workers_[i]->discard(std::move(prepared[i]));
      return tl::make_unexpected(config::Problems{std::move(made.error())});
    }
    prepared.push_back(std::move(made->serving));
    longest = std::max(longest, made->longest_pause);
  }
  std::vector<std::future<std::chrono::nanoseconds>> swaps;
  for (size_t i = 0; i < workers_.size(); ++i) swaps.push_back(workers_[i]->install(std::move(prepared[i])));
  for (std::future<std::chrono::nanoseconds>& swap : swaps) longest = std::max(longest, swap.get());
  layer_->use(deployment.config->channel_layer);
  identities_ = std::move(identities);
  identified_by_ = deployment.config->auth;
  tls_ = std::move(*tls);
  return Installed{longest};
}

Status Server::status() {
  Status sum;
  for (const std::unique_ptr<Worker>& worker : workers_) {
    for (RouteStatus& part : worker->status()) {
      const auto same = [&part](const RouteStatus& known) {
        return known.current == part.current && known.generation == part.generation &&
               known.route.same_consumer(part.route);
      };
      const auto found = std::find_if(sum.begin(), sum.end(), same);
      if (found == sum.end()) {
        sum.push_back(std::move(part));
      } else {
        found->connections += part.connections;
      }
    }
  }
  return sum;
}

Server::~Server() {
  for (const std::unique_ptr<Worker>& worker : workers_) worker->stop();
  for (const std::unique_ptr<Worker>& worker : workers_) worker->join();
  // Every group is left by now. What the layer still brings is for nobody.
  stopped_ = true;
  identities_.reset();
  layer_.reset();
  // One after another: libwebsockets wants its contexts to go one at a time.
  for (std::unique_ptr<Worker>& worker : workers_) worker.reset();
}

std::vector<std::string> Server::urls() const {
  std::vector<std::string> urls;
  for (const std::unique_ptr<Listener>& listener : listeners_) urls.push_back(listener->url());
  return urls;
}

bool Server::to_group(layer::WorkerIndex worker, std::string_view group, const layer::EventPtr& event) {
  return stopped_ || workers_[worker]->deliver_to_group(group, event);
}

bool Server::to_connection(wharf_connection connection, const layer::EventPtr& event) {
  unsigned worker = Slots::worker_of(connection);
  return stopped_ || worker >= workers_.size() || workers_[worker]->deliver_to_connection(connection, event);
}

}  // namespace wharf::server

#include "server/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "layer/make_layer.h"

namespace wharf::server {

Server::Server(std::shared_ptr<telemetry::Log> log, const config::Config& config)
    : log_(std::move(log)), layer_(layer::make_layer(config.channel_layer, *this, config.workers, log_)) {}

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
  config::Problems problems = server->install(deployment);
  if (!problems.empty()) return tl::make_unexpected(std::move(problems));
  for (const std::unique_ptr<Listener>& listener : server->listeners_) {
    for (unsigned i = 0; i < config.workers; ++i) server->workers_[i]->listen(listener->take(i));
  }
  return server;
}

config::Problems Server::install(const Deployment& deployment) {
  std::vector<std::shared_ptr<const Serving>> prepared;
  for (size_t i = 0; i < workers_.size(); ++i) {
    tl::expected<std::shared_ptr<const Serving>, Worker::Refusal> serving = workers_[i]->prepare(deployment);
    if (serving) {
      prepared.push_back(std::move(*serving));
      continue;
    }
    for (size_t made = 0; made < i; ++made) workers_[made]->discard(std::move(prepared[made]));
    const config::Route& route = deployment.config->routes[serving.error().route];
    return {{route.place_of(serving.error().why.json_pointer),
             fmt::format("consumer `{}` refuses this route on worker {}: {}", route.consumer, i,
                         serving.error().why.why),
             {}}};
  }
  for (size_t i = 0; i < workers_.size(); ++i) workers_[i]->install(std::move(prepared[i]));
  return {};
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

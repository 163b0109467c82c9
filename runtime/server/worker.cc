#include "server/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

namespace wharf::server {

Worker::Worker(unsigned index, const Shared& shared, const config::Config& config)
    : index_(index), shared_(shared), slots_(index), groups_(shared.layer, index) {
  uv_loop_init(&loop_);
  uv_prepare_init(&loop_, &before_sleep_);
  uv_check_init(&loop_, &after_sleep_);
  before_sleep_.data = after_sleep_.data = this;
  inbox_ = std::make_unique<Inbox>(&loop_, config.channel_layer.pending);
  deadlines_ = std::make_unique<Deadlines>(&loop_, [this](uint64_t number) {
    if (Connection* connection = slots_.find(number)) connection->on_deadline();
  });
  drains_ = std::make_unique<Deadlines>(&loop_, [this](uint64_t number) {
    Connection* connection = slots_.find(number);
    if (connection == nullptr) return;
    // A consumer that still thinks has the handshake's deadline; whom it accepts after that goes then.
    if (connection->pending()) return drains_->add(drains_->now() + 1000, number);
    connection->close_with(close_code::service_restart, "this address is served anew: connect again");
  });
  commons_ = std::make_unique<Commons>(Commons{slots_, groups_, shared_.layer, *deadlines_, buffers_,
                                               to_flush_, shared_.connections, *shared_.log});
}

Result<std::unique_ptr<Worker>> Worker::create(unsigned index, const Shared& shared,
                                               const config::Config& config) {
  std::unique_ptr<Worker> worker(new Worker(index, shared, config));
  Result<std::unique_ptr<LwsContext>> lws = LwsContext::create(&worker->loop_, config.static_mounts);
  if (!lws) return tl::make_unexpected(lws.error());
  worker->lws_ = std::move(*lws);
  worker->gate_ = std::make_unique<Gate>(&worker->loop_, *worker->commons_, *worker->lws_, worker->serving_);
  return worker;
}

Worker::~Worker() {
  join();
  // Jobs of the pool that ran into the end come back here, as on the worker.
  thread_id_ = std::this_thread::get_id();
  acceptors_.clear();
  gate_.reset();
  deadlines_.reset();
  drains_.reset();
  inbox_.reset();
  uv_close(reinterpret_cast<uv_handle_t*>(&before_sleep_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&after_sleep_), nullptr);
  lws_.reset();
  uv_run(&loop_, UV_RUN_DEFAULT);
  uv_loop_close(&loop_);
}

// --- The thread.

void Worker::start() {
  uv_prepare_start(&before_sleep_, [](uv_prepare_t* handle) { static_cast<Worker*>(handle->data)->turn(); });
  uv_check_start(&after_sleep_, [](uv_check_t* handle) { static_cast<Worker*>(handle->data)->turn(); });
  std::promise<void> begun;
  thread_ = std::thread([this, &begun] {
    thread_id_ = std::this_thread::get_id();
    begun.set_value();
    uv_run(&loop_, UV_RUN_DEFAULT);
  });
  begun.get_future().wait();
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::turn() {
  do_errands();
  flush_outboxes();
  if (stopping_) finish_stop_if_done();
  // What this turn has queued for itself is for the next one, so that sockets are read in between.
  inbox_->wake_if_waiting(!to_flush_.empty());
}

void Worker::do_errands() {
  inbox_->take(errands_);
  for (Errand& errand : errands_) {
    if (GroupDelivery* to_group = std::get_if<GroupDelivery>(&errand)) {
      groups_.deliver(to_group->group, to_group->event);
    } else if (ConnectionDelivery* to_one = std::get_if<ConnectionDelivery>(&errand)) {
      if (Connection* connection = slots_.find(to_one->connection)) connection->on_event(*to_one->event);
    } else {
      std::get<std::function<void()>>(errand)();
    }
  }
  errands_.clear();
}

void Worker::flush_outboxes() {
  std::swap(flushing_, to_flush_);
  for (wharf_connection number : flushing_) {
    if (Connection* connection = slots_.find(number)) connection->flush();
  }
  flushing_.clear();
}

// --- What it serves.

tl::expected<std::shared_ptr<const Serving>, Worker::Refusal> Worker::prepare(const Deployment& deployment) {
  using Answer = tl::expected<std::shared_ptr<const Serving>, Refusal>;
  auto answer = std::make_shared<std::promise<Answer>>();
  auto make = [this, &deployment]() -> Answer {
    auto serving = std::make_shared<Serving>();
    serving->table = deployment.table;
    serving->limits = deployment.config->gate;
    serving->has_pages = !deployment.config->static_mounts.empty();
    serving->authenticator = auth::make_authenticator(deployment.config->auth);
    for (size_t i = 0; i < deployment.generations.size(); ++i) {
      const config::Route& route = deployment.config->routes[i];
      std::shared_ptr<plugin::Instance> instance = find_instance(deployment.generations[i], route);
      if (instance == nullptr) {
        auto made = plugin::Instance::create(deployment.generations[i], route.config, *this, shared_.log);
        if (!made) return tl::make_unexpected(Refusal{i, std::move(made.error())});
        instance = std::move(*made);
      }
      serving->routes.push_back(std::make_shared<RouteInstance>(RouteInstance{std::move(instance), route}));
    }
    return serving;
  };
  post([make, answer] { answer->set_value(make()); });
  return answer->get_future().get();
}

// A route whose code and config are what they were goes on with the instance that it has.
std::shared_ptr<plugin::Instance> Worker::find_instance(
    const std::shared_ptr<const plugin::Generation>& generation, const config::Route& route) const {
  if (serving_ == nullptr) return nullptr;
  for (const std::shared_ptr<RouteInstance>& served : serving_->routes) {
    if (&served->instance->generation() == generation.get() && served->route.same_consumer(route)) {
      return served->instance;
    }
  }
  return nullptr;
}

void Worker::install(std::shared_ptr<const Serving> serving) {
  post([this, next = std::move(serving)]() mutable {
    std::swap(serving_, next);
    if (next == nullptr) return;
    std::erase_if(replaced_, [](const std::weak_ptr<RouteInstance>& route) { return route.expired(); });
    replaced_.insert(replaced_.end(), next->routes.begin(), next->routes.end());
    hand_over(*next);
    drain(*next);
  });
}

// Who serves the pattern of `old` now; null when nobody does.
const std::shared_ptr<RouteInstance>* Worker::successor_of(const RouteInstance& old) const {
  const auto found = std::find_if(serving_->routes.begin(), serving_->routes.end(),
                                  [&old](const std::shared_ptr<RouteInstance>& current) {
                                    return current->route.same_pattern(old.route);
                                  });
  return found == serving_->routes.end() ? nullptr : &*found;
}

std::vector<wharf_connection> Worker::connections_of(const plugin::Instance& instance) const {
  std::vector<wharf_connection> connections = slots_.all();
  std::erase_if(connections, [&](wharf_connection number) {
    return slots_.find(number)->route().instance.get() != &instance;
  });
  return connections;
}

// Where the old consumer of a route and the new one know how, the connections go over to the new one.
void Worker::hand_over(const Serving& before) {
  for (const std::shared_ptr<RouteInstance>& old : before.routes) {
    const std::shared_ptr<RouteInstance>* next = successor_of(*old);
    if (next == nullptr || (*next)->instance == old->instance) continue;
    if (!old->instance->migrates() || !(*next)->instance->migrates()) continue;
    if ((*next)->route.consumer != old->route.consumer) continue;
    const std::vector<wharf_connection> connections = connections_of(*old->instance);
    size_t taken = 0;
    for (wharf_connection number : connections) {
      Connection* connection = slots_.find(number);
      if (connection != nullptr && connection->hand_over(*next)) ++taken;
    }
    if (connections.empty()) continue;
    shared_.log->info("worker {}: `{}` {} has taken over {} of {} connections", index_, old->route.consumer,
                      (*next)->instance->generation().consumer().version, taken, connections.size());
  }
}

// Connections of instances that are not served any more stay, or go when their route says so: the one with
// the same pattern now, or their own when there is none.
void Worker::drain(const Serving& before) {
  for (const std::shared_ptr<RouteInstance>& old : before.routes) {
    const std::shared_ptr<RouteInstance>* next = successor_of(*old);
    if (next != nullptr && (*next)->instance == old->instance) continue;
    const config::Drain& drain = (next != nullptr ? **next : *old).route.drain;
    if (drain.when == config::Drain::When::Never) continue;
    const std::vector<wharf_connection> leaving = connections_of(*old->instance);
    const uint64_t within = static_cast<uint64_t>(drain.within.count());
    for (size_t i = 0; i < leaving.size(); ++i) {
      drains_->add(drains_->now() + within * i / leaving.size(), leaving[i]);
    }
  }
}

Status Worker::status() {
  auto answer = std::make_shared<std::promise<Status>>();
  std::future<Status> ready = answer->get_future();
  const bool asked = post([this, answer] {
    Status status;
    const auto add = [&status](const RouteInstance& route, bool current) {
      status.push_back({route.route, route.instance->shared_generation(), current, route.connections});
    };
    for (const std::shared_ptr<RouteInstance>& route : serving_->routes) add(*route, true);
    for (const std::weak_ptr<RouteInstance>& replaced : replaced_) {
      if (std::shared_ptr<RouteInstance> route = replaced.lock()) add(*route, false);
    }
    answer->set_value(std::move(status));
  });
  return asked ? ready.get() : Status();
}

void Worker::discard(std::shared_ptr<const Serving> serving) {
  post([unwanted = std::move(serving)]() mutable { unwanted.reset(); });
}

void Worker::listen(const std::vector<int>& descriptors) {
  post([this, descriptors] {
    for (int fd : descriptors) {
      acceptors_.push_back(std::make_unique<Acceptor>(
          &loop_, fd, *shared_.log,
          [this](int accepted, Peer peer) { gate_->enter(accepted, std::move(peer)); }));
    }
  });
}

// --- The end.

void Worker::stop() {
  post([this] { begin_stop(); });
}

void Worker::begin_stop() {
  stopping_ = true;
  acceptors_.clear();
  gate_->shut();
  for (wharf_connection number : slots_.all()) {
    if (Connection* connection = slots_.find(number))
      connection->close_with(close_code::going_away, "shutting down");
  }
}

void Worker::finish_stop_if_done() {
  if (!gate_->empty() || !slots_.all().empty()) return;
  stopping_ = false;
  serving_.reset();  // destroys the instances
  inbox_->close();
  uv_stop(&loop_);
}

// --- For the channel layer.

bool Worker::deliver_to_group(std::string_view group, const layer::EventPtr& event) {
  return inbox_->post(GroupDelivery{std::string(group), event});
}

bool Worker::deliver_to_connection(wharf_connection connection, const layer::EventPtr& event) {
  return inbox_->post(ConnectionDelivery{connection, event});
}

}  // namespace wharf::server

#include "server/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <utility>

namespace wharf::server {

Worker::Worker(unsigned index, const Shared& shared, const config::Config& config)
    : index_(index),
      shared_(shared),
      slots_(index),
      groups_(shared.layer, index),
      io_uring_(config.io_uring) {
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
  commons_ = std::make_unique<Commons>(Commons{slots_, groups_, shared_.layer, *deadlines_, buffers_, sends_,
                                               to_flush_, shared_.connections, *shared_.log, serving_});
  succession_ = std::make_unique<Succession>(index_, *commons_, *drains_);
}

Result<std::unique_ptr<Worker>> Worker::create(unsigned index, const Shared& shared,
                                               const config::Config& config) {
  std::unique_ptr<Worker> worker(new Worker(index, shared, config));
  Result<std::unique_ptr<LwsContext>> lws = LwsContext::create(&worker->loop_);
  if (!lws) return tl::make_unexpected(lws.error());
  worker->lws_ = std::move(*lws);
  worker->gate_ = std::make_unique<Gate>(&worker->loop_, *worker->commons_, *worker->lws_, worker->serving_);
  worker->proxy_reader_ =
      std::make_unique<ProxyReader>(&worker->loop_, *worker->shared_.log, worker->serving_);
  worker->tls_relays_ = std::make_unique<TlsRelays>(&worker->loop_, *worker->gate_, *shared.log);
  return worker;
}

Worker::~Worker() {
  join();
  // Jobs of the pool that ran into the end come back here, as on the worker.
  thread_id_ = std::this_thread::get_id();
  acceptors_.clear();
  tls_relays_.reset();
  proxy_reader_.reset();
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
    if (io_uring_ && !sends_.open()) {
      shared_.log->debug("worker {}: no io_uring here: each message takes a system call", index_);
    }
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
  if (succession_->busy()) succession_->step();
  flush_outboxes();
  if (stopping_) finish_stop_if_done();
  // What this turn has left for the next one, so that sockets are read in between.
  inbox_->wake_if_waiting(!to_flush_.empty() || succession_->busy());
}

void Worker::do_errands() {
  inbox_->take(errands_);
  for (size_t next = 0; next < errands_.size();) {
    Errand& errand = errands_[next];
    if (std::holds_alternative<GroupDelivery>(errand)) {
      next = deliver_from(next);
      continue;
    }
    if (ConnectionDelivery* to_one = std::get_if<ConnectionDelivery>(&errand)) {
      if (Connection* connection = slots_.find(to_one->connection)) connection->on_event(*to_one->event);
    } else {
      std::get<std::function<void()>>(errand)();
    }
    ++next;
  }
  errands_.clear();
}

// Delivers the errand at `first` and what follows it for the same group; answers where that ends.
size_t Worker::deliver_from(size_t first) {
  const std::string& group = std::get<GroupDelivery>(errands_[first]).group;
  size_t next = first;
  for (; next < errands_.size(); ++next) {
    GroupDelivery* also = std::get_if<GroupDelivery>(&errands_[next]);
    if (also == nullptr || also->group != group) break;
    delivered_.push_back(std::move(also->event));
  }
  groups_.deliver(group, delivered_, [this] {
    if (to_flush_.size() >= BufferPool::most_kept) flush_outboxes();
  });
  delivered_.clear();
  return next;
}

void Worker::flush_outboxes() {
  std::swap(flushing_, to_flush_);
  if (sends_.is_open() && flushing_.size() >= SendBatch::least) {
    flush_together();
  } else {
    flush_each(flushing_);
  }
  flushing_.clear();
}

void Worker::flush_each(const std::vector<wharf_connection>& numbers) {
  for (wharf_connection number : numbers) {
    if (Connection* connection = slots_.find(number)) connection->flush();
  }
}

void Worker::flush_together() {
  const auto sent = [this](wharf_connection number, int result) {
    if (Connection* connection = slots_.find(number)) connection->sent(result);
  };
  for (wharf_connection number : flushing_) {
    Connection* connection = slots_.find(number);
    if (connection == nullptr) continue;
    if (const std::string_view bytes = connection->sendable(); bytes.empty()) {
      // Later: it may call a consumer, who may send to those whose bytes the batch has.
      flushing_alone_.push_back(number);
    } else {
      sends_.add(number, connection->socket().descriptor(), connection->place(), bytes);
    }
    if (sends_.full()) sends_.submit(sent);
  }
  sends_.submit(sent);
  flush_each(flushing_alone_);
  flushing_alone_.clear();
}

// --- What it serves.

// From the loader's thread, which waits.
bool Worker::ask(const std::function<void()>& work) {
  auto done = std::make_shared<std::promise<void>>();
  std::future<void> answered = done->get_future();
  if (!post([&work, done] {
        work();
        done->set_value();
      })) {
    return false;
  }
  answered.wait();
  return true;
}

tl::expected<Worker::Prepared, config::Problem> Worker::prepare(const Deployment& deployment,
                                                                const auth::Shared& identities,
                                                                std::shared_ptr<const TlsContexts> tls) {
  const config::Config& config = *deployment.config;
  auto serving = std::make_shared<Serving>();
  serving->table = deployment.table;
  serving->limits = config.gate;
  serving->trusted_proxies = config.trusted_proxies;
  serving->pending = config.channel_layer.pending;
  serving->tls = std::move(tls);
  serving->authenticator = auth::make_authenticator(
      config.auth, identities, [this](std::function<void()> task) { return post(std::move(task)); });
  std::chrono::nanoseconds longest{0};
  std::optional<config::Problem> refusal;
  // A turn of the loop for each, so that the worker's sockets wait for one `create` at most.
  const auto on_worker = [&](auto work) {
    if (refusal) return;
    ask([&] {
      const auto began = std::chrono::steady_clock::now();
      refusal = work();
      longest = std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - began);
    });
  };
  on_worker([&] { return open_pages(config.static_mounts, *serving); });
  for (size_t i = 0; i < config.routes.size(); ++i) {
    on_worker([&] { return open_route(deployment.generations[i], config.routes[i], *serving); });
  }
  if (refusal) {
    discard(std::move(serving));
    return tl::make_unexpected(std::move(*refusal));
  }
  return Prepared{std::move(serving), longest};
}

std::optional<config::Problem> Worker::open_pages(const std::vector<config::StaticMount>& mounts,
                                                  Serving& serving) {
  Result<std::shared_ptr<PageVhost>> pages = lws_->pages(mounts);
  if (!pages) return config::Problem{mounts.front().where, pages.error().text, {}};
  serving.pages = std::move(*pages);
  return std::nullopt;
}

// A route whose code and config are what they were goes on with the instance that it has.
std::optional<config::Problem> Worker::open_route(const std::shared_ptr<const plugin::Generation>& generation,
                                                  const config::Route& route, Serving& serving) {
  std::shared_ptr<plugin::Instance> instance = find_instance(*generation, route);
  if (instance == nullptr) {
    auto made = plugin::Instance::create(generation, route.config, *this, shared_.log);
    if (!made) {
      const std::string why = fmt::format("consumer `{}` refuses this route on worker {}: {}", route.consumer,
                                          index_, made.error().why);
      return config::Problem{route.place_of(made.error().json_pointer), why, {}};
    }
    instance = std::move(*made);
  }
  serving.routes.push_back(std::make_shared<RouteInstance>(RouteInstance{std::move(instance), route}));
  return std::nullopt;
}

std::shared_ptr<plugin::Instance> Worker::find_instance(const plugin::Generation& generation,
                                                        const config::Route& route) const {
  if (serving_ == nullptr) return nullptr;
  for (const std::shared_ptr<RouteInstance>& served : serving_->routes) {
    if (&served->instance->generation() == &generation && served->route.same_consumer(route)) {
      return served->instance;
    }
  }
  return nullptr;
}

std::future<std::chrono::nanoseconds> Worker::install(std::shared_ptr<const Serving> serving) {
  auto done = std::make_shared<std::promise<std::chrono::nanoseconds>>();
  post([this, done, next = std::move(serving)]() mutable {
    std::swap(serving_, next);
    inbox_->set_capacity(serving_->pending);
    if (next == nullptr) return done->set_value({});
    std::erase_if(replaced_, [](const std::weak_ptr<RouteInstance>& route) { return route.expired(); });
    replaced_.insert(replaced_.end(), next->routes.begin(), next->routes.end());
    succession_->begin(std::move(next), serving_,
                       [done](std::chrono::nanoseconds longest) { done->set_value(longest); });
  });
  return done->get_future();
}

Status Worker::status() {
  Status status;
  ask([&] {
    const auto add = [&status](const RouteInstance& route, bool current) {
      status.push_back({route.route, route.instance->shared_generation(), current, route.connections});
    };
    for (const std::shared_ptr<RouteInstance>& route : serving_->routes) add(*route, true);
    for (const std::weak_ptr<RouteInstance>& replaced : replaced_) {
      if (std::shared_ptr<RouteInstance> route = replaced.lock()) add(*route, false);
    }
  });
  return status;
}

void Worker::discard(std::shared_ptr<const Serving> serving) {
  post([unwanted = std::move(serving)]() mutable { unwanted.reset(); });
}

void Worker::listen(const config::ListenAddress& address, const std::vector<int>& descriptors) {
  post([this, address, descriptors] {
    for (int fd : descriptors) {
      acceptors_.push_back(
          std::make_unique<Acceptor>(&loop_, fd, address, *shared_.log,
                                     [this](int accepted, Peer peer, const config::ListenAddress& listening) {
                                       take_in(accepted, std::move(peer), listening);
                                     }));
    }
  });
}

void Worker::take_in(int fd, Peer peer, const config::ListenAddress& address) {
  const uint64_t deadline = gate_->handshake_deadline();
  if (!address.proxy_protocol) return let_in(fd, std::move(peer), address, deadline);
  proxy_reader_->enter(fd, std::move(peer), deadline, [this, address, deadline](int introduced, Peer client) {
    let_in(introduced, std::move(client), address, deadline);
  });
}

void Worker::let_in(int fd, Peer peer, const config::ListenAddress& address, uint64_t deadline) {
  if (address.tls == nullptr) return gate_->enter(fd, std::move(peer), deadline);
  tls_relays_->enter(fd, std::move(peer), serving_->tls->find(address.text), deadline);
}

// --- The end.

void Worker::stop() {
  post([this] { begin_stop(); });
}

void Worker::begin_stop() {
  stopping_ = true;
  succession_->stop();
  acceptors_.clear();
  proxy_reader_->shut();
  tls_relays_->shut();
  gate_->shut();
  for (wharf_connection number : slots_.all()) {
    if (Connection* connection = slots_.find(number))
      connection->close_with(close_code::going_away, "shutting down");
  }
}

void Worker::finish_stop_if_done() {
  const bool door_is_empty = proxy_reader_->empty() && tls_relays_->empty() && gate_->empty();
  if (!door_is_empty || !slots_.all().empty()) return;
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

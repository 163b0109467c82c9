#include "layer/redis/pubsub_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "layer/redis/backlog.h"
#include "layer/redis/client.h"
#include "layer/redis/drops.h"
#include "layer/redis/envelope.h"
#include "layer/redis/host_index.h"
#include "layer/redis/host_state.h"
#include "layer/redis/loop_thread.h"
#include "layer/redis/make_envelope.h"
#include "layer/redis/names.h"
#include "layer/redis/subscriptions.h"
#include "layer/redis/ticker.h"

namespace wharf::layer::redis {

namespace {

class PubSubLayer : public Layer {
 public:
  PubSubLayer(const config::ChannelLayer& settings, LocalGroups& groups, Sink& sink,
              std::shared_ptr<telemetry::Log> log);
  ~PubSubLayer() override;

  void start() override;
  void join(WorkerIndex worker, std::string_view group) override;
  void leave(WorkerIndex worker, std::string_view group) override;
  wharf_result group_send(std::string_view group, const EventPtr& event) override;
  wharf_result channel_send(std::string_view channel, const EventPtr& event) override;
  std::string channel_name(wharf_connection connection) override;
  void forget(wharf_connection connection) override;
  bool available() const override;
  uint64_t lost() const override { return drops_.total(); }
  bool settle(std::chrono::milliseconds most) override { return backlog_.wait_until_empty(most); }

 private:
  // What a channel of Redis stands for here.
  using Receiver = std::variant<std::string, wharf_connection>;  // a group's name, or a connection

  // One Redis server.
  struct Host {
    std::unique_ptr<HostState> state;
    std::unique_ptr<Client> publisher;
    std::unique_ptr<Client> subscriber;
    std::unique_ptr<Subscriptions> subscriptions;
  };

  Host& host_of(std::string_view channel) { return hosts_[host_index(channel, hosts_.size())]; }
  void make_host(const config::RedisHost& host);
  wharf_result publish(const std::string& channel, std::string what, const EventPtr& event);
  void update(const Receiver& receiver);
  bool wanted(const Receiver& receiver);
  std::string channel_of(const Receiver& receiver) const;
  void received(std::string_view channel, std::string_view payload);

  const config::ChannelLayer settings_;
  Sink& sink_;
  std::shared_ptr<telemetry::Log> log_;
  const Names names_;
  LocalGroups& local_;
  Drops drops_;
  Backlog backlog_;
  std::mutex named_mutex_;
  std::unordered_set<wharf_connection> named_;  // whose name was asked for
  LoopThread thread_;
  std::vector<Host> hosts_;  // their states are anybody's to read, the rest is [layer]

  // [layer]
  Envelope envelope_;
  std::unordered_map<std::string, Receiver> receivers_;
  std::unique_ptr<Ticker> ticker_;
};

PubSubLayer::PubSubLayer(const config::ChannelLayer& settings, LocalGroups& groups, Sink& sink,
                         std::shared_ptr<telemetry::Log> log)
    : settings_(settings),
      sink_(sink),
      log_(std::move(log)),
      names_(random_process(), settings_.prefix),
      local_(groups),
      drops_(*log_),
      backlog_(settings_.pending),
      envelope_(make_envelope(settings_)) {
  hosts_.reserve(settings_.hosts.size());
  for (const config::RedisHost& host : settings_.hosts) make_host(host);
  ticker_ = std::make_unique<Ticker>(thread_.loop(), [this] { drops_.tell(); });
}

void PubSubLayer::make_host(const config::RedisHost& settings) {
  Host& host = hosts_.emplace_back();
  host.state = std::make_unique<HostState>(settings.text, 2, *log_);
  host.publisher = std::make_unique<Client>(thread_.loop(), settings, settings_.timeout, *host.state,
                                            Client::Handlers{[] {}, [] {}, nullptr});
  Client::Handlers handlers{
      [&host] { host.subscriptions->ready(); },
      [&host] { host.subscriptions->lost(); },
      [this](std::string_view channel, std::string_view payload) { received(channel, payload); },
  };
  host.subscriber =
      std::make_unique<Client>(thread_.loop(), settings, settings_.timeout, *host.state, std::move(handlers));
  host.subscriptions = std::make_unique<Subscriptions>(*host.subscriber, drops_);
}

PubSubLayer::~PubSubLayer() {
  settle(settings_.timeout);
  thread_.post([this] {
    ticker_.reset();
    for (Host& host : hosts_) {
      host.publisher.reset();
      host.subscriber.reset();
    }
  });
  thread_.stop();
}

// --- Who wants what.

void PubSubLayer::start() {
  for (std::string& group : local_.names()) thread_.post([this, name = std::move(group)] { update(name); });
  thread_.start();
}

void PubSubLayer::join(WorkerIndex worker, std::string_view group) {
  if (!local_.join(worker, group)) return;
  thread_.post([this, name = std::string(group)] { update(name); });
}

void PubSubLayer::leave(WorkerIndex worker, std::string_view group) {
  if (!local_.leave(worker, group)) return;
  thread_.post([this, name = std::string(group)] { update(name); });
}

std::string PubSubLayer::channel_name(wharf_connection connection) {
  {
    std::lock_guard lock(named_mutex_);
    if (named_.insert(connection).second) thread_.post([this, connection] { update(connection); });
  }
  return names_.pubsub_channel(connection);
}

void PubSubLayer::forget(wharf_connection connection) {
  std::lock_guard lock(named_mutex_);
  if (named_.erase(connection) > 0) thread_.post([this, connection] { update(connection); });
}

bool PubSubLayer::wanted(const Receiver& receiver) {
  if (const std::string* group = std::get_if<std::string>(&receiver)) return local_.has_members(*group);
  std::lock_guard lock(named_mutex_);
  return named_.contains(std::get<wharf_connection>(receiver));
}

std::string PubSubLayer::channel_of(const Receiver& receiver) const {
  if (const std::string* group = std::get_if<std::string>(&receiver))
    return names_.group_subscription(*group);
  return names_.channel_subscription(names_.pubsub_channel(std::get<wharf_connection>(receiver)));
}

// Looks up what is wanted now, so that it does not matter in which order two workers have spoken.
void PubSubLayer::update(const Receiver& receiver) {
  const std::string channel = channel_of(receiver);
  Subscriptions& subscriptions = *host_of(channel).subscriptions;
  if (wanted(receiver)) {
    receivers_.try_emplace(channel, receiver);
    subscriptions.add(channel);
  } else {
    receivers_.erase(channel);
    subscriptions.remove(channel);
  }
}

// --- Out and in.

wharf_result PubSubLayer::group_send(std::string_view group, const EventPtr& event) {
  return publish(names_.group_subscription(group), fmt::format("group `{}`", group), event);
}

wharf_result PubSubLayer::channel_send(std::string_view channel, const EventPtr& event) {
  if (!is_channel(channel)) return WHARF_INVALID;
  if (const std::optional<wharf_connection> connection = names_.pubsub_connection(channel)) {
    return sink_.to_connection(*connection, event) ? WHARF_OK : WHARF_FULL;
  }
  return publish(names_.channel_subscription(channel), fmt::format("channel `{}`", channel), event);
}

wharf_result PubSubLayer::publish(const std::string& channel, std::string what, const EventPtr& event) {
  if (!host_of(channel).state->usable()) return WHARF_UNAVAILABLE;
  Backlog::Ticket ticket = backlog_.take(event->bytes_held());
  if (ticket == nullptr) return WHARF_FULL;
  thread_.post([this, channel, what = std::move(what), event, ticket = std::move(ticket)] {
    Host& host = host_of(channel);
    host.subscriptions->when_subscribed(channel, what, [this, &host, channel, what, event, ticket] {
      if (!host.publisher->ready()) return drops_.count(Reason::ConnectionLost, what);
      Result<std::string> payload = envelope_.encode_plain(*event);
      if (!payload) return drops_.count(Reason::Refused, fmt::format("{}: {}", what, payload.error().text));
      host.publisher->command({"PUBLISH", channel, *payload}, [this, what, ticket](const redisReply* reply) {
        if (reply == nullptr) {
          drops_.count(Reason::ConnectionLost, what);
        } else if (is_error(*reply)) {
          drops_.count(Reason::Refused, fmt::format("{}: {}", what, describe(*reply)));
        }
      });
    });
  });
  return WHARF_OK;
}

void PubSubLayer::received(std::string_view channel, std::string_view payload) {
  auto found = receivers_.find(std::string(channel));
  if (found == receivers_.end()) return;  // unsubscribed a moment ago
  if (payload.size() > settings_.pending) {
    return drops_.count(Reason::TooLarge, fmt::format("a message of {} bytes", payload.size()));
  }
  Result<EventPtr> event = envelope_.decode_plain(payload);
  if (!event) return drops_.count(Reason::Unreadable, event.error().text);
  const std::string* group = std::get_if<std::string>(&found->second);
  const bool room = group != nullptr ? local_.deliver(*group, *event) == WHARF_OK
                                     : sink_.to_connection(std::get<wharf_connection>(found->second), *event);
  if (!room) drops_.count(Reason::NoRoom, channel);
}

bool PubSubLayer::available() const {
  return std::all_of(hosts_.begin(), hosts_.end(), [](const Host& host) { return host.state->usable(); });
}

}  // namespace

std::unique_ptr<Layer> make_pubsub_layer(const config::ChannelLayer& settings, LocalGroups& groups,
                                         Sink& sink, std::shared_ptr<telemetry::Log> log) {
  return std::make_unique<PubSubLayer>(settings, groups, sink, std::move(log));
}

}  // namespace wharf::layer::redis

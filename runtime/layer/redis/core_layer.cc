#include "layer/redis/core_layer.h"

#include <algorithm>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "layer/redis/backlog.h"
#include "layer/redis/client.h"
#include "layer/redis/clock.h"
#include "layer/redis/core_memberships.h"
#include "layer/redis/core_publisher.h"
#include "layer/redis/core_reader.h"
#include "layer/redis/drops.h"
#include "layer/redis/envelope.h"
#include "layer/redis/host_index.h"
#include "layer/redis/host_state.h"
#include "layer/redis/loop_thread.h"
#include "layer/redis/make_envelope.h"
#include "layer/redis/names.h"
#include "layer/redis/queue_writer.h"
#include "layer/redis/score.h"
#include "layer/redis/ticker.h"

namespace wharf::layer::redis {

namespace {

class CoreLayer : public Layer {
 public:
  CoreLayer(const config::ChannelLayer& settings, LocalGroups& groups, Sink& sink,
            std::shared_ptr<telemetry::Log> log);
  ~CoreLayer() override;

  void start() override;
  void join(WorkerIndex worker, std::string_view group) override;
  void leave(WorkerIndex worker, std::string_view group) override;
  wharf_result group_send(std::string_view group, const EventPtr& event) override;
  wharf_result channel_send(std::string_view channel, const EventPtr& event) override;
  std::string channel_name(wharf_connection connection) override { return names_.core_channel(connection); }
  bool available() const override;
  uint64_t lost() const override { return drops_.total(); }
  bool settle(std::chrono::milliseconds most) override { return backlog_.wait_until_empty(most); }

 private:
  bool usable(std::string_view name) const { return hosts_[host_index(name, hosts_.size())]->usable(); }
  void make_clients();
  void say_farewell();

  // What the worker side and the layer's thread share.
  const config::ChannelLayer settings_;
  Sink& sink_;
  std::shared_ptr<telemetry::Log> log_;
  const Names names_;
  LocalGroups& local_;
  Drops drops_;
  Backlog backlog_;
  std::vector<std::unique_ptr<HostState>> hosts_;
  LoopThread thread_;

  // The thread's own, [layer].
  Envelope envelope_;
  Scores scores_{unix_microseconds};
  Clients clients_;  // for commands, one for each host
  CorePublisher::Writers writers_;
  std::unique_ptr<CoreMemberships> memberships_;
  std::unique_ptr<CorePublisher> publisher_;
  std::unique_ptr<CoreReader> reader_;
  std::unique_ptr<Ticker> ticker_;
};

CoreLayer::CoreLayer(const config::ChannelLayer& settings, LocalGroups& groups, Sink& sink,
                     std::shared_ptr<telemetry::Log> log)
    : settings_(settings),
      sink_(sink),
      log_(std::move(log)),
      names_(random_process(), settings_.prefix),
      local_(groups),
      drops_(*log_),
      backlog_(settings_.pending),
      envelope_(make_envelope(settings_)) {
  const size_t queue_host = host_index(names_.own_part(), settings_.hosts.size());
  for (size_t i = 0; i < settings_.hosts.size(); ++i) {
    hosts_.push_back(std::make_unique<HostState>(settings_.hosts[i].text, i == queue_host ? 2 : 1, *log_));
  }
  make_clients();
  reader_ = std::make_unique<CoreReader>(thread_.loop(), settings_.hosts[queue_host], *hosts_[queue_host],
                                         settings_, names_, envelope_,
                                         CoreReader::Receivers{local_, *memberships_, sink_}, drops_, *log_);
  ticker_ = std::make_unique<Ticker>(thread_.loop(), [this] {
    memberships_->tend(std::chrono::steady_clock::now());
    reader_->tend();
    drops_.tell();
  });
}

void CoreLayer::make_clients() {
  memberships_ = std::make_unique<CoreMemberships>(names_, local_, clients_, settings_.group_expiry, *log_);
  publisher_ =
      std::make_unique<CorePublisher>(settings_, names_, clients_, writers_, envelope_, sink_, drops_);
  for (size_t i = 0; i < settings_.hosts.size(); ++i) {
    Client::Handlers handlers{[this, i] { memberships_->restore(i); }, [] {}, nullptr};
    clients_.push_back(std::make_unique<Client>(thread_.loop(), settings_.hosts[i], settings_.timeout,
                                                *hosts_[i], std::move(handlers)));
    writers_.push_back(std::make_unique<QueueWriter>(thread_.loop(), settings_, *clients_.back(), *hosts_[i],
                                                     scores_, drops_));
  }
}

// Other processes need not send to who is gone.
void CoreLayer::say_farewell() {
  auto done = std::make_shared<std::promise<void>>();
  std::future<void> said = done->get_future();
  thread_.post([this, done] {
    memberships_->leave_all();
    Client& client = *clients_[host_index(names_.own_part(), clients_.size())];
    if (!client.ready()) return done->set_value();
    client.command({"DEL", names_.queue_key(names_.own_part())},
                   [done](const redisReply*) { done->set_value(); });
  });
  said.wait_for(settings_.timeout);
}

CoreLayer::~CoreLayer() {
  settle(settings_.timeout);
  say_farewell();
  thread_.post([this] {
    ticker_.reset();
    reader_.reset();
    writers_.clear();
    clients_.clear();
  });
  thread_.stop();
}

void CoreLayer::start() {
  for (std::string& group : local_.names()) {
    thread_.post([this, name = std::move(group)] { memberships_->update(name); });
  }
  thread_.start();
}

void CoreLayer::join(WorkerIndex worker, std::string_view group) {
  if (!local_.join(worker, group)) return;
  thread_.post([this, name = std::string(group)] { memberships_->update(name); });
}

void CoreLayer::leave(WorkerIndex worker, std::string_view group) {
  if (!local_.leave(worker, group)) return;
  thread_.post([this, name = std::string(group)] { memberships_->update(name); });
}

wharf_result CoreLayer::group_send(std::string_view group, const EventPtr& event) {
  if (!usable(group)) return WHARF_UNAVAILABLE;
  Backlog::Ticket ticket = backlog_.take(event->bytes_held());
  if (ticket == nullptr) return WHARF_FULL;
  const wharf_result here = local_.deliver(group, event);
  thread_.post([this, name = std::string(group), event, ticket = std::move(ticket)] {
    publisher_->group_send(name, event, ticket);
  });
  return here;
}

wharf_result CoreLayer::channel_send(std::string_view channel, const EventPtr& event) {
  if (!is_channel(channel)) return WHARF_INVALID;
  if (channel.starts_with(names_.own_part())) {
    const std::optional<wharf_connection> connection = names_.core_connection(channel);
    if (!connection) return WHARF_INVALID;
    return sink_.to_connection(*connection, event) ? WHARF_OK : WHARF_FULL;
  }
  const std::string_view queue = non_local(channel);
  if (queue.ends_with('!') ? !usable(queue) : !available()) return WHARF_UNAVAILABLE;
  Backlog::Ticket ticket = backlog_.take(event->bytes_held());
  if (ticket == nullptr) return WHARF_FULL;
  thread_.post([this, name = std::string(channel), event, ticket = std::move(ticket)] {
    publisher_->channel_send(name, event, ticket);
  });
  return WHARF_OK;
}

bool CoreLayer::available() const {
  return std::all_of(hosts_.begin(), hosts_.end(),
                     [](const std::unique_ptr<HostState>& host) { return host->usable(); });
}

}  // namespace

std::unique_ptr<Layer> make_core_layer(const config::ChannelLayer& settings, LocalGroups& groups, Sink& sink,
                                       std::shared_ptr<telemetry::Log> log) {
  return std::make_unique<CoreLayer>(settings, groups, sink, std::move(log));
}

}  // namespace wharf::layer::redis

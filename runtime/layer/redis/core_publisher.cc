#include "layer/redis/core_publisher.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "layer/redis/clock.h"
#include "layer/redis/host_index.h"

namespace wharf::layer::redis {

CorePublisher::CorePublisher(const config::ChannelLayer& settings, const Names& names, const Clients& clients,
                             const Writers& writers, Envelope& envelope, Sink& sink, Drops& drops)
    : settings_(settings),
      names_(names),
      clients_(clients),
      writers_(writers),
      envelope_(envelope),
      sink_(sink),
      drops_(drops) {}

void CorePublisher::group_send(const std::string& group, const EventPtr& event,
                               const Backlog::Ticket& ticket) {
  auto [found, is_new] = asked_.try_emplace(group);
  found->second.push_back({event, ticket});
  if (is_new) ask(group);
}

void CorePublisher::ask(const std::string& group) {
  std::vector<Sending> sendings = std::exchange(asked_[group], {});
  Client& client = *clients_[host_index(group, clients_.size())];
  if (!client.ready()) return answered(group, sendings, nullptr);
  const std::string key = names_.group_key(group);
  client.command({"ZREMRANGEBYSCORE", key, "0", unix_seconds(settings_.group_expiry)},
                 [](const redisReply*) {});
  client.command({"ZRANGE", key, "0", "-1"},
                 [this, group, sendings = std::move(sendings)](const redisReply* reply) {
                   answered(group, sendings, reply);
                 });
}

void CorePublisher::answered(const std::string& group, const std::vector<Sending>& sendings,
                             const redisReply* reply) {
  const std::string what = fmt::format("group `{}`", group);
  if (reply == nullptr) {
    drops_.count(Reason::ConnectionLost, what, sendings.size());
  } else if (reply->type != REDIS_REPLY_ARRAY) {
    drops_.count(Reason::Refused, fmt::format("{}: {}", what, describe(*reply)), sendings.size());
  } else {
    const Members members = read_members(*reply);
    for (const Sending& sending : sendings) send_to_members(what, members, sending);
  }
  if (asked_.at(group).empty()) {
    asked_.erase(group);
  } else {
    ask(group);
  }
}

CorePublisher::Members CorePublisher::read_members(const redisReply& reply) const {
  Members members;
  for (const redisReply* member : std::span(reply.element, reply.elements)) {
    const std::string_view name = text_of(*member);
    if (!name.starts_with(names_.own_part())) {
      if (is_channel(name)) members.elsewhere.emplace_back(name);
    } else if (std::optional<wharf_connection> connection = names_.core_connection(name)) {
      members.here.push_back(*connection);
    }
    // The member that stands for the group's connections here: they had the event before Redis was asked.
  }
  std::stable_sort(members.elsewhere.begin(), members.elsewhere.end(),
                   [](const std::string& a, const std::string& b) { return non_local(a) < non_local(b); });
  return members;
}

void CorePublisher::send_to_members(const std::string& what, const Members& members, const Sending& sending) {
  for (wharf_connection connection : members.here) {
    if (!sink_.to_connection(connection, sending.event)) drops_.count(Reason::NoRoom, what);
  }
  const std::span<const std::string> all(members.elsewhere);
  for (size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    const std::string_view queue = non_local(all[begin]);
    while (end < all.size() && non_local(all[end]) == queue) ++end;
    put(host_index(queue, clients_.size()), queue,
        envelope_.encode(*sending.event, all.subspan(begin, end - begin)), what, sending);
  }
}

void CorePublisher::channel_send(const std::string& channel, const EventPtr& event,
                                 const Backlog::Ticket& ticket) {
  const std::string_view queue = non_local(channel);
  const size_t host =
      queue.ends_with('!') ? host_index(queue, clients_.size()) : next_host_++ % clients_.size();
  put(host, channel, envelope_.encode(*event, channel), fmt::format("channel `{}`", channel),
      {event, ticket});
}

void CorePublisher::put(size_t host, std::string_view channel, Result<std::string> message,
                        const std::string& what, const Sending& sending) {
  if (!message) return drops_.count(Reason::Refused, fmt::format("{}: {}", what, message.error().text));
  writers_[host]->put(names_.queue_key(channel), {std::move(*message), what, sending.ticket});
}

}  // namespace wharf::layer::redis

#include "layer/redis/subscriptions.h"

#include <fmt/format.h>

#include <utility>

namespace wharf::layer::redis {

void Subscriptions::add(const std::string& channel) {
  auto [found, is_new] = subscriptions_.try_emplace(channel);
  if (is_new && client_.ready()) subscribe(channel, found->second);
}

void Subscriptions::remove(const std::string& channel) {
  auto found = subscriptions_.find(channel);
  if (found == subscriptions_.end()) return;
  std::vector<Waiting> waiting = std::move(found->second.waiting);
  subscriptions_.erase(found);
  if (client_.ready()) client_.command({"UNSUBSCRIBE", channel}, [](const redisReply*) {});
  // Nobody here wants it any more, others may.
  for (const Waiting& each : waiting) each.then();
}

void Subscriptions::when_subscribed(const std::string& channel, const std::string& what,
                                    std::function<void()> then) {
  auto found = subscriptions_.find(channel);
  if (found == subscriptions_.end() || found->second.confirmed) return then();
  found->second.waiting.push_back({what, std::move(then)});
}

void Subscriptions::subscribe(const std::string& channel, Subscription& subscription) {
  subscription.asked = ++requests_;
  client_.command({"SUBSCRIBE", channel}, [this, channel, asked = requests_](const redisReply* reply) {
    confirmed(channel, asked, reply);
  });
}

void Subscriptions::confirmed(const std::string& channel, uint64_t asked, const redisReply* reply) {
  if (reply == nullptr) return;
  auto found = subscriptions_.find(channel);
  if (found == subscriptions_.end() || found->second.asked != asked) return;
  if (is_error(*reply)) {
    drops_.count(Reason::Refused, fmt::format("the subscription of `{}`: {}", channel, describe(*reply)));
  }
  found->second.confirmed = true;
  for (const Waiting& each : std::exchange(found->second.waiting, {})) each.then();
}

void Subscriptions::ready() {
  for (auto& [channel, subscription] : subscriptions_) subscribe(channel, subscription);
}

void Subscriptions::lost() {
  for (auto& [channel, subscription] : subscriptions_) {
    subscription.confirmed = false;
    for (const Waiting& each : std::exchange(subscription.waiting, {})) {
      drops_.count(Reason::ConnectionLost, each.what);
    }
  }
}

}  // namespace wharf::layer::redis

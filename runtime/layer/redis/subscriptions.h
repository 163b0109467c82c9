// What one Redis server is asked to send us: the channels of groups that have members here, and of
// connections whose name somebody may know. Asked again whenever Redis was away.
//
// What this process publishes to a group of its own waits until the group is subscribed, so that its sockets
// hear themselves from the first message on.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "layer/redis/client.h"
#include "layer/redis/drops.h"

namespace wharf::layer::redis {

// [layer]
class Subscriptions {
 public:
  // Both outlive it.
  Subscriptions(Client& client, Drops& drops) : client_(client), drops_(drops) {}

  void add(const std::string& channel);
  void remove(const std::string& channel);
  // Calls `then` once the channel is subscribed, at once when it is or when nobody here wants it. When Redis
  // goes away before, it is lost, and counted as `what`.
  void when_subscribed(const std::string& channel, const std::string& what, std::function<void()> then);

  // What the client tells.
  void ready();
  void lost();

 private:
  struct Waiting {
    std::string what;
    std::function<void()> then;
  };
  struct Subscription {
    bool confirmed = false;
    uint64_t asked = 0;  // which of several requests for the same channel counts
    std::vector<Waiting> waiting;
  };

  void subscribe(const std::string& channel, Subscription& subscription);
  void confirmed(const std::string& channel, uint64_t asked, const redisReply* reply);

  Client& client_;
  Drops& drops_;
  uint64_t requests_ = 0;
  std::unordered_map<std::string, Subscription> subscriptions_;
};

}  // namespace wharf::layer::redis

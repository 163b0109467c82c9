// Empties the queue of this process: waits for one message, then takes what else is there by the hundred, so
// that a burst does not meet the capacity of the queue. A message that was taken and not delivered when the
// process ends is lost; channels_redis keeps a second set against that, from which only a process of the same
// name could read, and names are never used twice.
#pragma once

#include <uv.h>

#include <string>
#include <string_view>

#include "config/config.h"
#include "layer/local_groups.h"
#include "layer/redis/client.h"
#include "layer/redis/core_memberships.h"
#include "layer/redis/drops.h"
#include "layer/redis/envelope.h"
#include "layer/redis/names.h"

namespace wharf::layer::redis {

// [layer]
class CoreReader {
 public:
  // Whom events go to, and what tells whom they are for.
  struct Receivers {
    const LocalGroups& local;
    const CoreMemberships& memberships;
    Sink& sink;
  };

  // All outlive it. `host` is the one that holds the queue.
  CoreReader(uv_loop_t* loop, const config::RedisHost& host, HostState& state,
             const config::ChannelLayer& settings, const Names& names, const Envelope& envelope,
             Receivers receivers, Drops& drops, telemetry::Log& log);

  // To be called about once a second: reads on after Redis has refused to be read.
  void tend();

 private:
  void wait();
  void take_more();
  void refuse(const redisReply& reply);
  void deliver(std::string_view member);
  void deliver_to(const std::string& channel, const EventPtr& event);

  const config::ChannelLayer& settings_;
  const Names& names_;
  const Envelope& envelope_;
  Receivers receivers_;
  Drops& drops_;
  telemetry::Log& log_;
  std::string queue_;
  bool refused_ = false;  // since the last tend()
  bool told_ = false;
  Client client_;
};

}  // namespace wharf::layer::redis

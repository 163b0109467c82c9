// The channel layer that speaks with channels_redis.pubsub.RedisPubSubChannelLayer: a group is a channel of
// Redis's PUBLISH, and every event goes through Redis, this process's own as well.
#pragma once

#include <memory>

#include "config/config.h"
#include "layer/layer.h"
#include "layer/local_groups.h"
#include "telemetry/log.h"

namespace wharf::layer::redis {

// [loader] `groups` and `sink` outlive the layer. Serves from start() on, whether Redis is there or not.
std::unique_ptr<Layer> make_pubsub_layer(const config::ChannelLayer& settings, LocalGroups& groups,
                                         Sink& sink, std::shared_ptr<telemetry::Log> log);

}  // namespace wharf::layer::redis

// The channel layer that speaks with channels_redis.pubsub.RedisPubSubChannelLayer: a group is a channel of
// Redis's PUBLISH, and every event goes through Redis, this process's own as well.
#pragma once

#include <memory>

#include "config/config.h"
#include "layer/layer.h"
#include "telemetry/log.h"

namespace wharf::layer::redis {

// [loader] `sink` outlives the layer. Serves from the start on, whether Redis is there or not.
std::unique_ptr<Layer> make_pubsub_layer(const config::ChannelLayer& settings, Sink& sink, unsigned workers,
                                         std::shared_ptr<telemetry::Log> log);

}  // namespace wharf::layer::redis

// The channel layer that speaks with channels_redis.core.RedisChannelLayer: groups are sorted sets of channel
// names, each process has one queue.
//
// Connections of this process get an event at once, by the way of the memory layer; Redis carries it to the
// other processes.
#pragma once

#include <memory>

#include "config/config.h"
#include "layer/layer.h"
#include "layer/local_groups.h"
#include "telemetry/log.h"

namespace wharf::layer::redis {

// [loader] `groups` and `sink` outlive the layer. Serves from start() on, whether Redis is there or not.
std::unique_ptr<Layer> make_core_layer(const config::ChannelLayer& settings, LocalGroups& groups, Sink& sink,
                                       std::shared_ptr<telemetry::Log> log);

}  // namespace wharf::layer::redis

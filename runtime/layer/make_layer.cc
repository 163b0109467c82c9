#include "layer/make_layer.h"

#include <utility>

#include "layer/memory.h"
#include "layer/redis/core_layer.h"
#include "layer/redis/pubsub_layer.h"

namespace wharf::layer {

std::unique_ptr<Layer> make_layer(const config::ChannelLayer& settings, LocalGroups& groups, Sink& sink,
                                  std::shared_ptr<telemetry::Log> log) {
  switch (settings.backend) {
    case config::ChannelLayer::Backend::Redis:
      return redis::make_core_layer(settings, groups, sink, std::move(log));
    case config::ChannelLayer::Backend::RedisPubSub:
      return redis::make_pubsub_layer(settings, groups, sink, std::move(log));
    case config::ChannelLayer::Backend::Memory:
      break;
  }
  return make_memory_layer(groups, sink);
}

}  // namespace wharf::layer

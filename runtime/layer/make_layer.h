// The channel layer that `channel_layer:` asks for.
#pragma once

#include <memory>

#include "config/config.h"
#include "layer/layer.h"
#include "layer/local_groups.h"
#include "telemetry/log.h"

namespace wharf::layer {

// [loader] `groups` and `sink` outlive the layer, which waits for its start().
std::unique_ptr<Layer> make_layer(const config::ChannelLayer& settings, LocalGroups& groups, Sink& sink,
                                  std::shared_ptr<telemetry::Log> log);

}  // namespace wharf::layer

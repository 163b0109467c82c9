// The channel layer that `channel_layer:` asks for.
#pragma once

#include <memory>

#include "config/config.h"
#include "layer/layer.h"
#include "telemetry/log.h"

namespace wharf::layer {

// [loader] `sink` outlives the layer.
std::unique_ptr<Layer> make_layer(const config::ChannelLayer& settings, Sink& sink, unsigned workers,
                                  std::shared_ptr<telemetry::Log> log);

}  // namespace wharf::layer

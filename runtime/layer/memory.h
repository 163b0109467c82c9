// The memory channel layer: groups of one process, over all its workers.
#pragma once

#include <memory>

#include "layer/layer.h"

namespace wharf::layer {

// `sink` outlives the layer.
std::unique_ptr<Layer> make_memory_layer(Sink& sink, unsigned workers);

}  // namespace wharf::layer

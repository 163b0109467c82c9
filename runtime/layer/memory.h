// The memory channel layer: groups of one process, over all its workers.
#pragma once

#include <memory>

#include "layer/layer.h"
#include "layer/local_groups.h"

namespace wharf::layer {

// `groups` and `sink` outlive the layer.
std::unique_ptr<Layer> make_memory_layer(LocalGroups& groups, Sink& sink);

}  // namespace wharf::layer

// Checks what a loaded plugin exports. The image was checked before; this is what only a loaded plugin can
// show.
#pragma once

#include <wharf/consumer.h>

#include <string_view>
#include <vector>

#include "telemetry/error.h"

namespace wharf::plugin {

// [any-thread] The subprotocols of `consumer`, in order of preference; they live as long as the plugin is
// loaded. An error names what a plugin author left out or got wrong: the callback `create`, a name, a
// subprotocol that could not stand in an HTTP header.
Result<std::vector<std::string_view>> check_entry(const wharf_consumer& consumer);

}  // namespace wharf::plugin

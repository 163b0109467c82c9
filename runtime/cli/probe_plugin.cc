#include "cli/probe_plugin.h"

#include <utility>

#include "plugin/probe.h"

namespace wharf::cli {

int probe_plugin(plugin::Origin origin, bool with_config) {
  plugin::answer_probe(std::move(origin), with_config);
}

}  // namespace wharf::cli

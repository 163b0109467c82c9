#include "cli/probe_plugin.h"

#include "plugin/probe.h"

namespace wharf::cli {

int probe_plugin(const plugin::Origin& origin, bool with_config, plugin::Unload unload) {
  plugin::answer_probe(origin, with_config, unload);
}

}  // namespace wharf::cli
